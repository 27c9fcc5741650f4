"""The whole reference experiment in Keras 3: prints {testAccuracy, trainAccuracy, secondsPerEpoch, ...} as JSON.

    python keras-reference.py --seed 1 --dropout 0.5 --epochs 20 [--backend jax] [--input indices]
"""

import argparse
import json
import os
import time

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--dropout", type=float, default=0.5)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--backend", choices=["tensorflow", "jax", "torch"], default="tensorflow")
parser.add_argument(
    "--input", choices=["arrays", "indices"], default="arrays",
    help="arrays: the pairs as float32 images, as in the classic example; indices: rows gathered inside the model",
)
parser.add_argument("--data", help="folder of the four MNIST files")
args = parser.parse_args()
os.environ["KERAS_BACKEND"] = args.backend
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers, ops

import mnist

keras.utils.set_random_seed(args.seed)
random = np.random.default_rng(args.seed)
folder = args.data or mnist.DATA
train_images, train_labels = mnist.load("train", folder)
test_images, test_labels = mnist.load("t10k", folder)
train_left, train_right, train_same = mnist.pairs(train_labels, random)
test_left, test_right, test_same = mnist.pairs(test_labels, random)
assert (len(train_same), len(test_same)) == (108_400, 17_820)


class Rows(layers.Layer):
    """Row indices -> images in [0, 1], from all images held as one uint8 table."""

    def __init__(self, images):
        super().__init__(trainable=False)
        self.images = ops.convert_to_tensor(images)

    def call(self, index):
        return ops.cast(ops.take(self.images, index, axis=0), "float32") / 255

    def compute_output_shape(self, shape):
        return (*shape, 784)


def contrastive(same, distance, margin=1.0):
    gap = ops.maximum(margin - distance, 0)
    return ops.mean(same * ops.square(distance) + (1 - same) * ops.square(gap))


def accuracy(same, distance):
    return ops.mean(ops.cast(ops.equal(same, ops.cast(distance < 0.5, same.dtype)), "float32"))


def euclidean(pair):
    return ops.sqrt(ops.maximum(ops.sum(ops.square(pair[0] - pair[1]), axis=1, keepdims=True), 1e-7))


base = keras.Sequential([
    keras.Input((784,)),
    layers.Dense(128, activation="relu"),
    layers.Dropout(args.dropout),
    layers.Dense(128, activation="relu"),
    layers.Dropout(args.dropout),
    layers.Dense(128, activation="relu"),
])

if args.input == "indices":
    # Test rows follow the training rows in one table.
    table = Rows(np.concatenate([train_images, test_images]))
    inputs = [keras.Input((), dtype="int32"), keras.Input((), dtype="int32")]
    images = [table(index) for index in inputs]
    offset = np.int32(len(train_images))
    train = [train_left, train_right]
    test = [test_left + offset, test_right + offset]
else:
    inputs = images = [keras.Input((784,)), keras.Input((784,))]
    train = [train_images[rows].astype(np.float32) / 255 for rows in (train_left, train_right)]
    test = [test_images[rows].astype(np.float32) / 255 for rows in (test_left, test_right)]

distance = layers.Lambda(euclidean, output_shape=(1,))([base(image) for image in images])
model = keras.Model(inputs, distance)
model.compile(loss=contrastive, optimizer=keras.optimizers.RMSprop(), metrics=[accuracy])


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.began)


def judge(pairs, same):
    predicted = model.predict(pairs, batch_size=1024, verbose=0)[:, 0] < 0.5
    return float(np.mean(predicted == (same == 1)))


clock = Clock()
history = model.fit(train, train_same[:, None], batch_size=128, epochs=args.epochs, verbose=0, callbacks=[clock])
print(json.dumps({
    "testAccuracy": judge(test, test_same),
    "trainAccuracy": judge(train, train_same),
    "secondsPerEpoch": float(np.median(clock.seconds)),
    "loss": history.history["loss"][-1],
    "seed": args.seed,
    "dropout": args.dropout,
    "epochs": args.epochs,
    "backend": args.backend,
    "keras": keras.__version__,
}))
