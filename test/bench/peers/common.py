"""What every peer measures, and how it reports.

A peer's script prints one JSON object a line:
  {"peer": "torch-eager", "work": "mlp-step", "msPerStep": median, "runs": [ms, ...], "stepsPerRun": n, "threads": n}
  {"peer": ..., "work": "mlp-embed", "msPerStep": median for one batch, "runs": [...], "rowsPerSecond": n, ...}
  {"peer": ..., "work": "mlp-process", "seconds": ..., "testAccuracy": ...}     (measure.py adds wall and peak memory)
"""

import argparse
import json
import os
import statistics
import time

PAIRS, EMBED_ROWS, DROPOUT, MARGIN, RATE = 128, 1024, 0.5, 1.0, 1e-3
WORKS = ["mlp-step", "cnn-step", "mlp-embed", "cnn-embed", "mlp-process"]


def arguments(variants):
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", choices=WORKS, nargs="+", default=WORKS[:4])
    parser.add_argument("--variant", choices=variants, nargs="+", help="default: each that suits the work")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=2, help="of mlp-process")
    cores = sorted(os.sched_getaffinity(0))
    parser.add_argument("--threads", type=int, default=len(cores), help="cores to use; the process is bound to them")
    args = parser.parse_args()
    os.sched_setaffinity(0, cores[:args.threads])
    return args


def say(**line):
    print(json.dumps(line), flush=True)


def steps_per_run(work):
    return {"mlp-step": 800, "cnn-step": 20, "mlp-embed": 100, "cnn-embed": 20}[work]


def measure(peer, work, args, many):
    """many(n) does n steps and returns when they are finished. The first call, which compiles, is not counted."""
    steps = steps_per_run(work)
    began = time.perf_counter()
    many(steps)
    first = time.perf_counter() - began
    runs = []
    for _ in range(args.runs):
        began = time.perf_counter()
        many(steps)
        runs.append((time.perf_counter() - began) * 1000 / steps)
    ms = statistics.median(runs)
    line = {"peer": peer, "work": work, "msPerStep": round(ms, 4), "runs": [round(run, 4) for run in runs]}
    line |= {"stepsPerRun": steps, "threads": args.threads, "firstRunSeconds": round(first, 2)}
    if work.endswith("embed"):
        line["rowsPerSecond"] = round(EMBED_ROWS * 1000 / ms)
    say(**line)
