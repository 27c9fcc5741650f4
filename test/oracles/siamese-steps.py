"""20 training steps of a small siamese MLP by Keras, for each optimizer: what goes in and what comes out of each.

loss = mean(same d^2 + (1 - same) max(0, 1 - d)^2), d the Euclidean distance of the two embeddings.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf

from fixture import tensor, versions, write

INPUTS, UNITS, PAIRS, STEPS, MARGIN = 20, [16, 8], 12, 20, 1.0
# Our names of the slots, and the attribute in which Keras 3 holds them.
SGD_MOMENTUM = {"momentum": "momentums"}
ADAM = {"first": "_momentums", "second": "_velocities"}

BASIC = [
    ("sgd", "sgd", 0.01, {"momentum": 0.0}, {}, keras.optimizers.SGD),
    ("sgd-momentum", "sgd", 0.01, {"momentum": 0.9}, SGD_MOMENTUM, keras.optimizers.SGD),
    ("rmsprop", "rmsprop", 0.001, {"rho": 0.9, "epsilon": 1e-7}, {"rms": "_velocities"}, keras.optimizers.RMSprop),
    ("adam", "adam", 0.001, {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}, ADAM, keras.optimizers.Adam),
]
MORE = [
    ("sgd-nesterov", "sgd", 0.01, {"momentum": 0.9, "nesterov": True}, SGD_MOMENTUM, keras.optimizers.SGD),
    (
        "rmsprop-centered-momentum", "rmsprop", 0.001,
        {"rho": 0.9, "epsilon": 1e-7, "centered": True, "momentum": 0.9},
        {"rms": "_velocities", "momentum": "_momentums", "averageGradient": "_average_gradients"},
        keras.optimizers.RMSprop,
    ),
    (
        "adam-amsgrad", "adam", 0.001, {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "amsgrad": True},
        {**ADAM, "secondMax": "_velocity_hats"}, keras.optimizers.Adam,
    ),
    (
        "adamw", "adamw", 0.001, {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "weightDecay": 0.004},
        ADAM, keras.optimizers.AdamW,
    ),
    (
        "adagrad", "adagrad", 0.01, {"initialAccumulator": 0.1, "epsilon": 1e-7},
        {"accumulator": "_accumulators"}, keras.optimizers.Adagrad,
    ),
]
KERAS_NAMES = {
    "beta1": "beta_1", "beta2": "beta_2", "weightDecay": "weight_decay",
    "initialAccumulator": "initial_accumulator_value",
}


def make_batches(seed):
    """Even pairs are alike (same = 1), odd ones independent."""
    random = np.random.default_rng(seed)
    batches = []
    for _ in range(STEPS):
        left = random.normal(0, 0.7, (PAIRS, INPUTS)).astype(np.float32)
        near = left + random.normal(0, 0.3, (PAIRS, INPUTS)).astype(np.float32)
        far = random.normal(0, 0.7, (PAIRS, INPUTS)).astype(np.float32)
        same = np.tile(np.array([1, 0], np.float32), PAIRS // 2)
        batches.append((left, np.where(same[:, None] == 1, near, far).astype(np.float32), same))
    return batches


def initial_weights(seed):
    random = np.random.default_rng(seed)
    weights, fan_in = [], INPUTS
    for units in UNITS:
        limit = np.sqrt(6 / (fan_in + units))
        weights.append(random.uniform(-limit, limit, (fan_in, units)).astype(np.float32))
        weights.append(random.uniform(0.0, 0.2, (units,)).astype(np.float32))
        fan_in = units
    return weights


PLACES = [f"base/{layer}/{part}" for layer in range(len(UNITS)) for part in ("kernel", "bias")]


def keyed(values):
    return {place: tensor(keras.ops.convert_to_numpy(value)) for place, value in zip(PLACES, values, strict=True)}


def run(case, optimizer_name, rate, options, slots, optimizer_class, batches):
    base = keras.Sequential([keras.Input((INPUTS,))] + [keras.layers.Dense(n, activation="relu") for n in UNITS])
    base.set_weights(initial_weights(seed=1))
    optimizer = optimizer_class(learning_rate=rate, **{KERAS_NAMES.get(k, k): v for k, v in options.items()})
    variables = base.trainable_variables
    optimizer.build(variables)

    def state():
        return {
            "weights": keyed(variables),
            "slots": {ours: keyed(getattr(optimizer, theirs)) for ours, theirs in slots.items()},
        }

    states, steps, hinges = [state()], [], []
    for step, (left, right, same) in enumerate(batches, start=1):
        learning_rate = rate if step <= STEPS // 2 else rate / 2
        optimizer.learning_rate = learning_rate
        with tf.GradientTape() as tape:
            a, b = tf.split(base(tf.concat([left, right], 0)), 2)
            distance = tf.sqrt(tf.maximum(tf.reduce_sum(tf.square(a - b), 1), 1e-7))
            gap = tf.nn.relu(MARGIN - distance)
            loss = tf.reduce_mean(same * tf.square(distance) + (1 - same) * tf.square(gap))
        gradients = tape.gradient(loss, variables)
        # Equal embeddings and kinks, where implementations may differ, must not occur.
        assert float(tf.reduce_min(distance)) > 0.02, (case, step, distance)
        assert float(tf.reduce_min(tf.abs(distance - MARGIN))) > 1e-5
        hidden = np.concatenate([left, right])
        for kernel, bias in zip(variables[::2], variables[1::2]):
            before = hidden @ kernel.numpy() + bias.numpy()
            assert np.abs(before).min() > 1e-6, (case, step)
            hidden = np.maximum(before, 0)
        hinges.append((gap.numpy() > 0)[same == 0])
        optimizer.apply(gradients, variables)
        states.append(state())
        steps.append({
            "step": step,
            "learningRate": learning_rate,
            "loss": float(loss),
            "distance": tensor(distance.numpy()),
            "gradients": keyed(gradients),
        })
    assert np.any(hinges) and not np.all(hinges), "negatives on both sides of the margin wanted"
    print(f"  {case}: loss {steps[0]['loss']:.6f} -> {steps[-1]['loss']:.6f}, active negatives {np.mean(hinges):.2f}")
    return {"case": case, "optimizer": optimizer_name, "options": options, "steps": steps, "states": states}


def make(file, cases, seed):
    batches = make_batches(seed)
    write(file, {
        "about": "Training steps by Keras. Step k (1-based) turns states[k-1] into states[k] with batches[k-1].",
        "versions": versions(keras, tf, np),
        "inputs": INPUTS,
        "units": UNITS,
        "activation": "relu",
        "margin": MARGIN,
        "batches": [{"left": tensor(x), "right": tensor(y), "same": tensor(same)} for x, y, same in batches],
        "cases": [run(*case, batches) for case in cases],
    })


make("siamese-steps.json", BASIC, seed=11)
make("siamese-steps-more.json", MORE, seed=12)
