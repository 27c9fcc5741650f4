"""Runs a command to its end and prints {"command", "wallSeconds", "peakMiB", "code"} after what the command printed.

    python measure.py python torch.py --work mlp-process
    python measure.py node dist/core/cli/bin.js train specs/mnist-mlp.yaml --set training.epochs=2

peakMiB is the greatest resident set of that one process, its threads included, processes it starts excluded.
"""

import json
import os
import sys
import time

began = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - began
unit = 1024 if sys.platform != "darwin" else 1024 * 1024
code = os.waitstatus_to_exitcode(status)
line = {"command": sys.argv[1:], "wallSeconds": round(wall, 2), "peakMiB": round(usage.ru_maxrss / unit), "code": code}
print(json.dumps(line))
sys.exit(code if code >= 0 else 1)
