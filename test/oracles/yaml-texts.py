"""What PyYAML, which reads YAML 1.1, takes plain texts for: fixtures/yaml-texts.json."""

import json
import random
import re

from decimal import Decimal

import yaml

random.seed(1)
words = (
    "y Y n N yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE null Null NULL ~ nan .nan .NaN .NAN "
    ".inf -.inf +.inf .Inf inf Infinity NaN = << - -- --- ... ? ! !! & * | > % @ ` # : , [ ] { } ' \" 0 00 007 010 0o10 0x1F "
    "0b101 1_000 1e3 1.0e3 1e+3 1.e+3 1.5E-7 .5 5. -1 +1 -0 -.5 1:30 1:30:00 190:20:30.15 12:30 2001-12-14 2001-12-14t21:59:43 "
    "2001-12-14T21:59:43Z 2026-1-1 20260101 1,000 1.2.3 v1.2 e5 1e 0x 0xg 08 09 1__0 _1 a:b a: :a a#b a #b #a -a - a ?a ? a"
).split(" ")
alphabet = list("01289eExob_.:-+yYnoNtT~=<,#'\"[]{}&*!|>%@`\\/ aä数\t\n\r") + ["\x7f", "\x85", "\xa0", "\u2028", "\u2029", "\ufeff", "\x00", "\x1b", "😀"]
texts = list(dict.fromkeys(words + ["", " ", "a ", " a", "a\n", "\na", "a\nb", "- a", "a: b", "a #b", "? a", "&a b", "*a", "!a b"]))
starts = ["", "1", "0", "2001-", "1:", "0x", ".", "-", "+", "y", "n", "on", "~", "=", "<<", "t"]
while len(texts) < 2000:
    text = random.choice(starts) + "".join(random.choice(alphabet) for _ in range(random.randint(0, 6)))
    if text not in texts:
        texts.append(text)


def read(text):
    """Whether `key: <text>` gives the same text, something other, or an error."""
    try:
        value = yaml.safe_load(f"key: {text}\n")
    except (yaml.YAMLError, ValueError):
        return "error"
    if not isinstance(value, dict) or list(value) != ["key"]:
        return "other"
    return "same" if value["key"] == text and isinstance(value["key"], str) else "other"


def quoted(text):
    """A double-quoted form that PyYAML reads as the text; what it does not print is escaped."""
    escaped = re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
    assert yaml.safe_load(f"key: {escaped}\n") == {"key": text}
    return escaped


numbers = [0, 1, -1, 7, 0.5, -0.25, 1e-7, 1.5e-7, 1e-9, 2.5e-10, 1e21, 1.25e22, -1e-7, 1e-300, 5e-324, 1.7976931348623157e308, 123456789012, 9007199254740991, 0.1, 1e-5, 3e-5]
forms = {}
for number in numbers:
    text = repr(number).replace("e-0", "e-").replace("e+0", "e+")
    pointed = text if "e" not in text or "." in text else text.replace("e", ".0e")
    decimal = [format(Decimal(text), "f")] if 1e-6 <= abs(number) < 1e21 else []
    for form in [text, pointed, *decimal]:
        value = yaml.safe_load(f"key: {form}\n")["key"]
        forms[form] = value if isinstance(value, (int, float)) else {"text": value}

plain = [[text, read(text) == "same", quoted(text)] for text in texts]
with open("../fixtures/yaml-texts.json", "w") as file:
    json.dump({"texts": plain, "numbers": forms}, file, separators=(",", ":"))
print(len(texts), "texts,", sum(same for _, same, _ in plain), "of them the same when plain; PyYAML", yaml.__version__)
