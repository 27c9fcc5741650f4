"""100 steps of each optimizer over a small tensor with given gradients, by Keras, and by PyTorch for AdamW."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import torch

from fixture import tensor, versions, write

SIZE, STEPS, RATE = 8, 100, 0.01
ADAM = {"first": "_momentums", "second": "_velocities"}
TORCH_ADAM = {"first": "exp_avg", "second": "exp_avg_sq"}
BETAS = {"beta1": 0.9, "beta2": 0.999}
o = keras.optimizers

KERAS = [
    ("sgd", {}, {}, o.SGD),
    ("sgd", {"momentum": 0.9}, {"momentum": "momentums"}, o.SGD),
    ("sgd", {"momentum": 0.9, "nesterov": True}, {"momentum": "momentums"}, o.SGD),
    ("rmsprop", {"rho": 0.9}, {"rms": "_velocities"}, o.RMSprop),
    (
        "rmsprop", {"rho": 0.9, "momentum": 0.8}, {"rms": "_velocities", "momentum": "_momentums"}, o.RMSprop,
    ),
    (
        "rmsprop", {"rho": 0.9, "centered": True}, {"rms": "_velocities", "averageGradient": "_average_gradients"},
        o.RMSprop,
    ),
    (
        "rmsprop", {"rho": 0.9, "centered": True, "momentum": 0.8},
        {"rms": "_velocities", "momentum": "_momentums", "averageGradient": "_average_gradients"}, o.RMSprop,
    ),
    ("adam", BETAS, ADAM, o.Adam),
    ("adam", {**BETAS, "amsgrad": True}, {**ADAM, "secondMax": "_velocity_hats"}, o.Adam),
    ("adamw", {**BETAS, "weightDecay": 0.05}, ADAM, o.AdamW),
    (
        "adamw", {**BETAS, "weightDecay": 0.05, "amsgrad": True}, {**ADAM, "secondMax": "_velocity_hats"}, o.AdamW,
    ),
    ("adagrad", {"initialAccumulator": 0.1}, {"accumulator": "_accumulators"}, o.Adagrad),
]
TORCH = [
    ("adamw", {**BETAS, "weightDecay": 0.05, "epsilon": 1e-8}, TORCH_ADAM),
    (
        "adamw", {**BETAS, "weightDecay": 0.05, "epsilon": 1e-8, "amsgrad": True},
        {**TORCH_ADAM, "secondMax": "max_exp_avg_sq"},
    ),
]
KERAS_NAMES = {
    "beta1": "beta_1", "beta2": "beta_2", "weightDecay": "weight_decay",
    "initialAccumulator": "initial_accumulator_value",
}


def rate_of(step):
    return RATE if step <= STEPS // 2 else RATE / 2


def stacked(states):
    return {
        "weight": tensor(np.stack([state["weight"] for state in states])),
        "slots": {slot: tensor(np.stack([state["slots"][slot] for state in states])) for slot in states[0]["slots"]},
    }


def by_keras(options, slots, make, weight, gradients):
    variable = keras.Variable(weight)
    optimizer = make(learning_rate=RATE, **{KERAS_NAMES.get(k, k): v for k, v in options.items()})
    optimizer.build([variable])

    def state():
        read = keras.ops.convert_to_numpy
        held = {ours: read(getattr(optimizer, theirs)[0]) for ours, theirs in slots.items()}
        return {"weight": read(variable), "slots": held}

    states = [state()]
    for step, gradient in enumerate(gradients, start=1):
        optimizer.learning_rate = rate_of(step)
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        states.append(state())
    return stacked(states)


def by_torch(options, slots, weight, gradients):
    parameter = torch.nn.Parameter(torch.from_numpy(weight.copy()))
    optimizer = torch.optim.AdamW(
        [parameter], lr=RATE, betas=(options["beta1"], options["beta2"]), eps=options["epsilon"],
        weight_decay=options["weightDecay"], amsgrad=options.get("amsgrad", False),
    )

    def state():
        held = optimizer.state[parameter]
        zeros = np.zeros_like(weight)
        slot = lambda name: held[name].numpy().copy() if name in held else zeros
        return {
            "weight": parameter.detach().numpy().copy(),
            "slots": {ours: slot(theirs) for ours, theirs in slots.items()},
        }

    states = [state()]
    for step, gradient in enumerate(gradients, start=1):
        optimizer.param_groups[0]["lr"] = rate_of(step)
        parameter.grad = torch.from_numpy(gradient.copy())
        optimizer.step()
        states.append(state())
    return stacked(states)


random = np.random.default_rng(21)
weight = random.normal(0, 0.02, SIZE).astype(np.float32)
# Away from 0, where the peers' places of epsilon differ, and with a large one now and then for amsgrad.
gradients = random.uniform(0.2, 1.5, (STEPS, SIZE)) * random.choice([-1, 1], (STEPS, SIZE))
gradients = (gradients * np.where(random.uniform(size=(STEPS, SIZE)) < 0.02, 10, 1)).astype(np.float32)

cases = [
    {"peer": "keras", "optimizer": name, "options": options, "states": by_keras(options, slots, make, weight, gradients)}
    for name, options, slots, make in KERAS
] + [
    {"peer": "torch", "optimizer": name, "options": options, "states": by_torch(options, slots, weight, gradients)}
    for name, options, slots in TORCH
]
write("optimizers.json", {
    "about": "Steps over one vector. Step k (1-based) turns row k-1 of weight and slots into row k with row k-1 of gradients.",
    "versions": versions(keras, np) | {"torch": torch.__version__},
    "learningRates": [rate_of(step) for step in range(1, STEPS + 1)],
    "gradients": tensor(gradients),
    "cases": cases,
})
