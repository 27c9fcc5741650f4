"""Reads a safetensors file with the reference implementation and prints what it found, one tensor a line.

    python safetensors-check.py FILE
"""

import hashlib
import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    print("metadata", dict(sorted((file.metadata() or {}).items())))
    for place in sorted(file.keys()):
        tensor = file.get_tensor(place)
        digest = hashlib.sha256(tensor.tobytes()).hexdigest()
        print(place, tensor.dtype, list(tensor.shape), digest)
