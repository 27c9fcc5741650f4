"""PyTorch on the CPU: eager, compiled, and channels-last for the CNN."""

import os
import sys

# This file has the name of the library it measures: keep its folder from hiding that library.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != HERE]

import time

import numpy as np
import torch
from torch import nn

sys.path += [HERE, os.path.join(HERE, "..", "..", "oracles")]
import mnist
from common import DROPOUT, EMBED_ROWS, MARGIN, PAIRS, RATE, arguments, measure, say

args = arguments(["eager", "compiled", "channels-last"])
torch.set_num_threads(args.threads)
torch.manual_seed(1)
random = np.random.default_rng(1)


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(784, 128), nn.ReLU(), nn.Dropout(DROPOUT),
            nn.Linear(128, 128), nn.ReLU(), nn.Dropout(DROPOUT),
            nn.Linear(128, 128), nn.ReLU(),
        )

    def forward(self, rows):
        return self.layers(rows)


class Cnn(nn.Module):
    def __init__(self, channels_last=False):
        super().__init__()
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(),
        )

    def forward(self, rows):
        return self.layers(rows.reshape(-1, 1, 28, 28).contiguous(memory_format=self.format))


def keras_start(layer):
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)


def network(work, variant):
    model = Mlp() if work.startswith("mlp") else Cnn(variant == "channels-last")
    model.apply(keras_start)
    return model.to(memory_format=torch.channels_last) if variant == "channels-last" else model


def trainer(model, images, compiled):
    """One step from rows of the uint8 table: gather, forward, backward, RMSprop."""
    optimizer = torch.optim.RMSprop(model.parameters(), lr=RATE, alpha=0.9, eps=1e-7)

    def loss_of(left, right, same):
        rows = images[torch.cat([left, right])].float() * (1 / 255)
        a, b = model(rows).chunk(2)
        distance = torch.sqrt(torch.clamp((a - b).square().sum(1), min=1e-7))
        return (same * distance.square() + (1 - same) * torch.relu(MARGIN - distance).square()).mean()

    loss_of = torch.compile(loss_of) if compiled else loss_of
    update = torch.compile(optimizer.step) if compiled else optimizer.step

    def step(left, right, same):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(left, right, same)
        loss.backward()
        update()
        return loss

    return step


def pairs_of(labels):
    return [torch.from_numpy(column) for column in mnist.pairs(labels, random)]


def bench_step(work, variant):
    images, labels = mnist.load("train")
    left, right, same = pairs_of(labels)
    model = network(work, variant).train()
    step = trainer(model, torch.from_numpy(images), variant == "compiled")
    order = torch.randperm(len(same))

    def many(steps):
        for i in range(steps):
            rows = order[i * PAIRS:(i + 1) * PAIRS]
            loss = step(left[rows], right[rows], same[rows])
        assert np.isfinite(loss.item())

    measure(f"torch-{variant}", work, args, many)


def bench_embed(work, variant):
    images = torch.from_numpy(mnist.load("t10k")[0])
    model = network(work, variant).eval()
    forward = torch.compile(model) if variant == "compiled" else model

    def many(steps):
        with torch.inference_mode():
            for i in range(steps):
                at = i % 8 * EMBED_ROWS
                forward(images[at:at + EMBED_ROWS].float() * (1 / 255))

    measure(f"torch-{variant}", work, args, many)


def process():
    images, labels = mnist.load("train")
    left, right, same = pairs_of(labels)
    model = network("mlp", "eager").train()
    step = trainer(model, torch.from_numpy(images), compiled=False)
    began = time.perf_counter()
    for _ in range(args.epochs):
        for rows in torch.randperm(len(same)).split(PAIRS):
            step(left[rows], right[rows], same[rows])
    seconds = time.perf_counter() - began
    images, labels = mnist.load("t10k")
    left, right, same = pairs_of(labels)
    with torch.inference_mode():
        embedding = model.eval()(torch.from_numpy(images).float() * (1 / 255))
        near = (embedding[left] - embedding[right]).norm(dim=1) < 0.5
    accuracy = (near == (same == 1)).float().mean().item()
    say(peer="torch-eager", work="mlp-process", seconds=round(seconds, 3), testAccuracy=accuracy)


for work in args.work:
    if work == "mlp-process":
        process()
        continue
    for variant in args.variant or ["eager", "compiled", "channels-last"]:
        if variant == "channels-last" and work.startswith("mlp"):
            continue
        torch.compiler.reset()
        (bench_step if work.endswith("step") else bench_embed)(work, variant)
