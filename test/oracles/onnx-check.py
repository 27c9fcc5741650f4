"""Checks graphs that the onnx engine wrote: onnx.checker accepts each, and ONNX's reference evaluator agrees with ONNX Runtime.

Usage: write the graphs with  GRAPHS=folder npx vitest run test/plugins/engines/onnx/kernels
       then run              python test/oracles/onnx-check.py folder
Each graph is NAME.onnx beside NAME.json, its inputs and outputs as {name: {shape, dtype, data}}.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator


def array(x):
    numbers = [float(v) for v in x["data"]]
    return np.array(numbers, dtype={"bool": np.bool_}.get(x["dtype"], x["dtype"])).reshape(x["shape"])


def error(actual, expected):
    actual, expected = actual.astype(np.float64), expected.astype(np.float64)
    if actual.shape != expected.shape:
        return np.inf
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    if same.all():
        return 0.0
    return np.linalg.norm(np.where(same, 0, actual - expected)) / max(np.linalg.norm(expected[np.isfinite(expected)]), 1e-3)


def main(folder):
    models = sorted(Path(folder).glob("*.onnx"))
    rejected, unknown, wrong = [], [], []
    for path in models:
        model = onnx.load(path)
        try:
            onnx.checker.check_model(model, full_check=True)
        except Exception as failure:
            rejected.append((path.name, str(failure).splitlines()[0]))
            continue
        data = json.loads(path.with_suffix(".json").read_text())
        feeds = {name: array(x) for name, x in data["inputs"].items()}
        try:
            with np.errstate(all="ignore"):
                outputs = ReferenceEvaluator(model).run(None, feeds)
        except Exception as failure:
            unknown.append((path.name, repr(failure)[:160]))
            continue
        for info, value in zip(model.graph.output, outputs):
            e = error(np.asarray(value), array(data["outputs"][info.name]))
            if not e <= 1e-4:
                wrong.append((path.name, info.name, e))
    print(f"{len(models)} graphs: {len(rejected)} rejected, {len(wrong)} outputs differ, {len(unknown)} not evaluated")
    for line in rejected + wrong + unknown:
        print("  ", *line)
    return 1 if rejected or wrong or not models else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
