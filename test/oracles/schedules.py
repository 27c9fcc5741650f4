"""Learning rates by Keras and PyTorch for each step, or for each epoch of given losses."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import torch

from fixture import versions, write

s = keras.optimizers.schedules
STEPS_PER_EPOCH, EPOCHS = 7, 9
TOTAL = STEPS_PER_EPOCH * EPOCHS


def keras_rates(schedule):
    return [float(schedule(step)) for step in range(TOTAL)]


def torch_rates(make, rate):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    scheduler = make(optimizer)
    rates = []
    for _ in range(TOTAL):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        if len(rates) < TOTAL:
            scheduler.step()
    return rates


def keras_plateau(losses, rate, **options):
    """Rate of each epoch, the one after the last included."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(rate))
    callback = keras.callbacks.ReduceLROnPlateau(monitor="loss", **options)
    callback.set_model(model)
    callback.on_train_begin()
    rates = [rate]
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"loss": loss})
        rates.append(float(model.optimizer.learning_rate))
    return rates


t = torch.optim.lr_scheduler
random = np.random.default_rng(5)
losses = [round(float(x), 4) for x in np.maximum(1 / np.arange(1, 41), 0.15) + random.uniform(0, 0.02, 40)]

cases = [
    {
        "peer": "keras ExponentialDecay", "schedule": "exponential",
        "options": {"value": 0.1, "factor": 0.5, "everyEpochs": 2},
        "rates": keras_rates(s.ExponentialDecay(0.1, 2 * STEPS_PER_EPOCH, 0.5)),
    },
    {
        "peer": "keras ExponentialDecay, staircase", "schedule": "step",
        "options": {"value": 0.1, "factor": 0.5, "everyEpochs": 2},
        "rates": keras_rates(s.ExponentialDecay(0.1, 2 * STEPS_PER_EPOCH, 0.5, staircase=True)),
    },
    {
        "peer": "torch StepLR", "schedule": "step", "options": {"value": 0.1, "factor": 0.1, "everyEpochs": 3},
        "rates": torch_rates(lambda x: t.StepLR(x, 3 * STEPS_PER_EPOCH, 0.1), 0.1),
    },
    {
        "peer": "keras CosineDecay", "schedule": "cosine", "options": {"value": 0.1, "floor": 0.1},
        "rates": keras_rates(s.CosineDecay(0.1, TOTAL, alpha=0.1)),
    },
    {
        "peer": "keras CosineDecayRestarts", "schedule": "cosine",
        "options": {"value": 0.1, "floor": 0.01, "restarts": 2, "stretch": 2},
        "rates": keras_rates(s.CosineDecayRestarts(0.1, TOTAL // 7, t_mul=2.0, alpha=0.01)),
    },
    {
        "peer": "torch CosineAnnealingWarmRestarts", "schedule": "cosine",
        "options": {"value": 0.1, "floor": 0.01, "restarts": 2},
        "rates": torch_rates(lambda x: t.CosineAnnealingWarmRestarts(x, TOTAL // 3, eta_min=0.001), 0.1),
    },
    {
        "peer": "torch OneCycleLR", "schedule": "one-cycle", "options": {"value": 0.1},
        "rates": torch_rates(lambda x: t.OneCycleLR(x, 0.1, total_steps=TOTAL), 0.1),
    },
    {
        "peer": "torch OneCycleLR", "schedule": "one-cycle",
        "options": {"value": 0.1, "rise": 0.45, "start": 0.1, "end": 0.01},
        "rates": torch_rates(
            lambda x: t.OneCycleLR(x, 0.1, total_steps=TOTAL, pct_start=0.45, div_factor=10, final_div_factor=10), 0.1
        ),
    },
]
plateaus = [
    {
        "peer": "keras ReduceLROnPlateau",
        "options": {
            "value": 0.1, "factor": 0.5, "patience": 3, "cooldown": cooldown, "floor": 0.04, "minimumChange": 0.005,
        },
        "rates": keras_plateau(losses, 0.1, factor=0.5, patience=3, cooldown=cooldown, min_lr=0.004, min_delta=0.005),
    }
    for cooldown in (0, 2)
]
write("schedules.json", {
    "about": "rates[k] is the learning rate of step k + 1; of a plateau, that of epoch k + 1, after k observed losses.",
    "versions": versions(keras, np) | {"torch": torch.__version__},
    "stepsPerEpoch": STEPS_PER_EPOCH,
    "totalSteps": TOTAL,
    "cases": cases,
    "losses": losses,
    "plateaus": plateaus,
})
