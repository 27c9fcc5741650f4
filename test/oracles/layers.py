"""A small CNN by Keras: outputs, gradients, and the moving statistics of batch normalization.

The loss whose gradients are recorded is sum(output * cotangent).
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf

from fixture import tensor, versions, write

IMAGES, EMBEDDING = 6, 16
MOMENTUM, EPSILON = 0.99, 1e-3


def convolution(filters, activation):
    return {"type": "conv2d", "filters": filters, "kernelSize": 3, "padding": "valid", "activation": activation}


NORM = {"type": "batchNormalization", "momentum": MOMENTUM, "epsilon": EPSILON}
RELU = {"type": "activation", "activation": "relu"}
POOL = {"type": "maxPooling2d", "poolSize": 2}
HEAD = [{"type": "flatten"}, {"type": "dense", "units": EMBEDDING, "activation": "relu"}]
LINEAR_HEAD = [{"type": "flatten"}, {"type": "dense", "units": EMBEDDING, "activation": "linear"}]

CASES = {
    "plain": [convolution(8, "relu"), POOL, convolution(16, "relu"), POOL, *HEAD],
    "plain, linear embedding": [convolution(8, "relu"), POOL, convolution(16, "relu"), POOL, *LINEAR_HEAD],
    "normalized before relu": [
        convolution(8, "linear"), NORM, RELU, POOL, convolution(16, "linear"), NORM, RELU, POOL, *HEAD,
    ],
    "normalized after relu": [convolution(8, "relu"), NORM, POOL, convolution(16, "relu"), NORM, POOL, *HEAD],
}
PARTS = {
    "kernel": "kernel", "bias": "bias", "gamma": "gamma", "beta": "beta",
    "moving_mean": "movingMean", "moving_variance": "movingVariance",
}


def build(spec):
    kind = spec["type"]
    if kind == "conv2d":
        return keras.layers.Conv2D(spec["filters"], spec["kernelSize"], activation=spec["activation"])
    if kind == "dense":
        return keras.layers.Dense(spec["units"], activation=spec["activation"])
    if kind == "batchNormalization":
        return keras.layers.BatchNormalization(momentum=spec["momentum"], epsilon=spec["epsilon"])
    if kind == "activation":
        return keras.layers.Activation(spec["activation"])
    return {"maxPooling2d": lambda: keras.layers.MaxPooling2D(spec["poolSize"]), "flatten": keras.layers.Flatten}[kind]()


def fill(variable, random):
    shape, name = variable.shape, variable.name
    if name == "kernel":
        fan_in = int(np.prod(shape[:-1]))
        value = random.normal(0, np.sqrt(2 / fan_in), shape)
    elif name in ("gamma", "moving_variance"):
        value = random.uniform(0.5, 1.5, shape)
    else:
        value = random.uniform(-0.1, 0.3, shape)
    variable.assign(value.astype(np.float32))


def keyed(layers, pick):
    """Tensors by place, base/<index in the list of layers>/<part>."""
    return {
        f"base/{index}/{PARTS[variable.name]}": tensor(keras.ops.convert_to_numpy(value))
        for index, layer in enumerate(layers)
        for variable, value in pick(layer)
    }


def run(name, specs, images, cotangent):
    layers = [build(spec) for spec in specs]
    base = keras.Sequential([keras.Input((28, 28, 1)), *layers])
    random = np.random.default_rng(3)
    for variable in base.variables:
        fill(variable, random)
    weights = keyed(layers, lambda layer: [(v, v) for v in layer.trainable_variables])
    state = keyed(layers, lambda layer: [(v, v) for v in layer.non_trainable_variables])
    with tf.GradientTape() as tape:
        inputs = tf.constant(images)
        tape.watch(inputs)
        output = base(inputs, training=True)
        loss = tf.reduce_sum(output * cotangent)
    variables = base.trainable_variables
    gradients = tape.gradient(loss, [inputs, *variables])
    of = {id(v): g for v, g in zip(variables, gradients[1:], strict=True)}
    inference = base(images, training=False).numpy()
    print(f"  {name}: loss {float(loss):.6f}, {np.mean(output.numpy() > 0):.2f} of the outputs positive")
    return {
        "name": name,
        "layers": specs,
        "weights": weights,
        "state": state,
        "output": tensor(output.numpy()),
        "loss": float(loss),
        "inputGradient": tensor(gradients[0].numpy()),
        "gradients": keyed(layers, lambda layer: [(v, of[id(v)]) for v in layer.trainable_variables]),
        "stateAfter": keyed(layers, lambda layer: [(v, v) for v in layer.non_trainable_variables]),
        "inference": tensor(inference),
    }


random = np.random.default_rng(2)
images = random.uniform(0, 1, (IMAGES, 28, 28, 1)).astype(np.float32)
cotangent = random.normal(0, 1, (IMAGES, EMBEDDING)).astype(np.float32)
write("layers.json", {
    "about": "output, gradients and stateAfter: one pass in training mode. inference: a pass after it, with stateAfter.",
    "versions": versions(keras, tf, np),
    "images": tensor(images),
    "cotangent": tensor(cotangent),
    "cases": [run(name, specs, images, cotangent) for name, specs in CASES.items()],
})
