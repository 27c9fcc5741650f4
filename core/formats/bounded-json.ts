const limits = { depth: 64, values: 500_000 };

/**
 * The value of a JSON text; undefined where it is none, is nested too deeply to be walked or holds more than half a million
 * values. A key that stands twice is the last of them.
 */
export function boundedJson(text: string): unknown {
  if (!isBounded(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isBounded(text: string): boolean {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfText(text, at);
        break;
      case '[':
      case '{':
        if (++depth > limits.depth) return false;
        break;
      case ']':
      case '}':
        depth--;
        break;
      case ',':
        if (++values > limits.values) return false;
    }
  }
  return true;
}

/** Where the text that begins here ends. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
