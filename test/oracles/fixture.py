"""Fixture files: JSON whose tensors are {"shape": [...], "data": base64 of little-endian float32, row-major}."""

import base64
import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"


def tensor(value):
    array = np.asarray(value)
    assert array.dtype == np.float32, f"float32 expected, received {array.dtype}"
    data = base64.b64encode(np.ascontiguousarray(array).astype("<f4").tobytes()).decode("ascii")
    return {"shape": list(array.shape), "data": data}


def versions(*modules):
    return {module.__name__: module.__version__ for module in modules}


def write(name, content):
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / name
    path.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")
