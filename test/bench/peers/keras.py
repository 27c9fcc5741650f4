"""Keras 3 by its own fit and predict: --variant tensorflow or jax (one backend a process)."""

import os
import sys

# This file has the name of the library it measures: keep its folder from hiding that library.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != HERE]

import time

sys.path.append(os.path.join(HERE, "..", "..", "oracles"))
sys.path.append(HERE)
from common import DROPOUT, EMBED_ROWS, MARGIN, PAIRS, RATE, arguments, measure, say

args = arguments(["tensorflow", "jax"])
backend = (args.variant or ["tensorflow"])[0]
os.environ["KERAS_BACKEND"] = backend
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.remove(HERE)

import keras
import numpy as np
from keras import layers, ops

import mnist

keras.utils.set_random_seed(1)
random = np.random.default_rng(1)
peer = f"keras-{backend}"


class Rows(layers.Layer):
    """Row indices -> images in [0, 1], from all images held as one uint8 table."""

    def __init__(self, images):
        super().__init__(trainable=False)
        self.images = ops.convert_to_tensor(images)

    def call(self, index):
        return ops.cast(ops.take(self.images, index, axis=0), "float32") * (1 / 255)

    def compute_output_shape(self, shape):
        return (*shape, 784)


def contrastive(same, distance):
    return ops.mean(same * ops.square(distance) + (1 - same) * ops.square(ops.maximum(MARGIN - distance, 0)))


def euclidean(pair):
    return ops.sqrt(ops.maximum(ops.sum(ops.square(pair[0] - pair[1]), axis=1, keepdims=True), 1e-7))


def network(work):
    if work.startswith("mlp"):
        return keras.Sequential([
            keras.Input((784,)),
            layers.Dense(128, activation="relu"), layers.Dropout(DROPOUT),
            layers.Dense(128, activation="relu"), layers.Dropout(DROPOUT),
            layers.Dense(128, activation="relu"),
        ])
    return keras.Sequential([
        keras.Input((784,)), layers.Reshape((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(),
        layers.Flatten(), layers.Dense(128, activation="relu"),
    ])


def siamese(work, images):
    """Both images of a pair go through the base as one batch."""
    left, right = keras.Input((), dtype="int32"), keras.Input((), dtype="int32")
    embedding = network(work)(Rows(images)(ops.concatenate([left, right])))
    distance = layers.Lambda(lambda e: euclidean(ops.split(e, 2)), output_shape=(1,))(embedding)
    model = keras.Model([left, right], distance)
    model.compile(loss=contrastive, optimizer=keras.optimizers.RMSprop(RATE))
    return model


def bench_step(work):
    images, labels = mnist.load("train")
    left, right, same = mnist.pairs(labels, random)
    model = siamese(work, images)
    order = random.permutation(len(same))

    def many(steps):
        rows = order[:steps * PAIRS]
        result = model.fit([left[rows], right[rows]], same[rows, None], batch_size=PAIRS, epochs=1, verbose=0)
        assert np.isfinite(result.history["loss"][-1])

    measure(peer, work, args, many)


def bench_embed(work):
    images = mnist.load("t10k")[0].astype(np.float32) / 255
    model = network(work)

    def many(steps):
        rows = np.concatenate([images[:8 * EMBED_ROWS]] * (steps // 8 + 1))[:steps * EMBED_ROWS]
        model.predict(rows, batch_size=EMBED_ROWS, verbose=0)

    measure(peer, work, args, many)


def process():
    """As people run the classic example: the pairs as arrays of float32 images."""
    images, labels = mnist.load("train")
    left, right, same = mnist.pairs(labels, random)
    inputs = [keras.Input((784,)), keras.Input((784,))]
    base = network("mlp")
    distance = layers.Lambda(euclidean, output_shape=(1,))([base(image) for image in inputs])
    model = keras.Model(inputs, distance)
    model.compile(loss=contrastive, optimizer=keras.optimizers.RMSprop(RATE))
    train = [images[rows].astype(np.float32) / 255 for rows in (left, right)]
    began = time.perf_counter()
    model.fit(train, same[:, None], batch_size=PAIRS, epochs=args.epochs, verbose=0)
    seconds = time.perf_counter() - began
    images, labels = mnist.load("t10k")
    left, right, same = mnist.pairs(labels, random)
    test = [images[rows].astype(np.float32) / 255 for rows in (left, right)]
    near = model.predict(test, batch_size=EMBED_ROWS, verbose=0)[:, 0] < 0.5
    accuracy = float(np.mean(near == (same == 1)))
    say(peer=peer, work="mlp-process", seconds=round(seconds, 3), testAccuracy=accuracy)


for work in args.work:
    if work == "mlp-process":
        process()
    else:
        (bench_step if work.endswith("step") else bench_embed)(work)
