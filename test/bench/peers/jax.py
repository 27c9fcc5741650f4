"""JAX on the CPU: one jitted step a call, and a whole epoch in one scan."""

import os
import sys

# This file has the name of the library it measures: keep its folder from hiding that library.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != HERE]

import time
from functools import partial

sys.path += [os.path.join(HERE, "..", "..", "oracles")]
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import mnist

sys.path.append(HERE)
from common import DROPOUT, EMBED_ROWS, MARGIN, PAIRS, RATE, arguments, measure, say

args = arguments(["jit", "scan"])
random = np.random.default_rng(1)


def glorot(*shape):
    fan = np.prod(shape[:-2], dtype=int) * (shape[-2] + shape[-1])
    limit = np.sqrt(6 / fan)
    return jnp.asarray(random.uniform(-limit, limit, shape), jnp.float32)


def dense(n, m):
    return glorot(n, m), jnp.zeros(m)


def dropout(x, key):
    return jnp.where(jax.random.bernoulli(key, 1 - DROPOUT, x.shape), x / (1 - DROPOUT), 0)


def mlp(weights, x, key):
    keys = [None] if key is None else jax.random.split(key)
    for i, (kernel, bias) in enumerate(weights):
        x = jax.nn.relu(x @ kernel + bias)
        if key is not None and i < 2:
            x = dropout(x, keys[i])
    return x


def cnn(weights, x, key):
    x = x.reshape(-1, 28, 28, 1)
    for kernel, bias in weights[:2]:
        x = jax.nn.relu(lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + bias)
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    kernel, bias = weights[2]
    return jax.nn.relu(x.reshape(x.shape[0], -1) @ kernel + bias)


def network(work):
    if work.startswith("mlp"):
        return mlp, [dense(784, 128), dense(128, 128), dense(128, 128)]
    return cnn, [(glorot(3, 3, 1, 32), jnp.zeros(32)), (glorot(3, 3, 32, 64), jnp.zeros(64)), dense(1600, 128)]


def trainer(embed):
    def loss_of(weights, images, left, right, same, key):
        rows = images[jnp.concatenate([left, right])].astype(jnp.float32) * (1 / 255)
        a, b = jnp.split(embed(weights, rows, key), 2)
        distance = jnp.sqrt(jnp.maximum(jnp.sum((a - b) ** 2, 1), 1e-7))
        return jnp.mean(same * distance**2 + (1 - same) * jax.nn.relu(MARGIN - distance) ** 2)

    def step(state, images, left, right, same, key):
        weights, rms = state
        loss, gradients = jax.value_and_grad(loss_of)(weights, images, left, right, same, key)
        rms = jax.tree.map(lambda v, g: 0.9 * v + 0.1 * g * g, rms, gradients)
        weights = jax.tree.map(lambda w, g, v: w - RATE * g / jnp.sqrt(v + 1e-7), weights, gradients, rms)
        return (weights, rms), loss

    return step


def scanner(step):
    @partial(jax.jit, donate_argnums=0)
    def epoch(state, images, left, right, same, order, key):
        def body(state, batch):
            rows, key = batch
            return step(state, images, left[rows], right[rows], same[rows], key)

        return lax.scan(body, state, (order, jax.random.split(key, len(order))))

    return epoch


def device(columns):
    return [jnp.asarray(column) for column in columns]


def bench_step(work, variant):
    images, labels = mnist.load("train")
    columns = mnist.pairs(labels, random)
    embed, weights = network(work)
    state = (weights, jax.tree.map(jnp.zeros_like, weights))
    step = trainer(embed)
    table, key = jnp.asarray(images), jax.random.key(1)
    order = random.permutation(len(columns[2]))
    jitted, epoch = jax.jit(step, donate_argnums=0), scanner(step)
    held = device(columns)

    def many(steps):
        nonlocal state
        if variant == "scan":
            rows = jnp.asarray(order[:steps * PAIRS].reshape(steps, PAIRS))
            state, loss = epoch(state, table, *held, rows, key)
            loss = loss[-1]
        else:
            for i in range(steps):
                rows = order[i * PAIRS:(i + 1) * PAIRS]
                state, loss = jitted(state, table, *[column[rows] for column in columns], jax.random.fold_in(key, i))
        assert np.isfinite(float(loss))

    measure(f"jax-{variant}", work, args, many)


def bench_embed(work):
    images = jnp.asarray(mnist.load("t10k")[0])
    embed, weights = network(work)
    forward = jax.jit(lambda weights, rows: embed(weights, rows.astype(jnp.float32) * (1 / 255), None))

    def many(steps):
        for i in range(steps):
            at = i % 8 * EMBED_ROWS
            forward(weights, images[at:at + EMBED_ROWS]).block_until_ready()

    measure("jax-jit", work, args, many)


def process():
    """The last, smaller batch is a second compiled step."""
    images, labels = mnist.load("train")
    columns = device(mnist.pairs(labels, random))
    embed, weights = network("mlp")
    state = (weights, jax.tree.map(jnp.zeros_like, weights))
    epoch, table = scanner(trainer(embed)), jnp.asarray(images)
    began = time.perf_counter()
    for i in range(args.epochs):
        order = random.permutation(len(columns[2]))
        whole = len(order) // PAIRS * PAIRS
        key = jax.random.key(i)
        state, _ = epoch(state, table, *columns, jnp.asarray(order[:whole].reshape(-1, PAIRS)), key)
        state, _ = epoch(state, table, *columns, jnp.asarray(order[None, whole:]), jax.random.fold_in(key, 1))
    jax.block_until_ready(state)
    seconds = time.perf_counter() - began
    images, labels = mnist.load("t10k")
    left, right, same = mnist.pairs(labels, random)
    embedding = np.asarray(embed(state[0], jnp.asarray(images, jnp.float32) / 255, None))
    near = np.linalg.norm(embedding[left] - embedding[right], axis=1) < 0.5
    accuracy = float(np.mean(near == (same == 1)))
    say(peer="jax-scan", work="mlp-process", seconds=round(seconds, 3), testAccuracy=accuracy)


for work in args.work:
    if work == "mlp-process":
        process()
    elif work.endswith("embed"):
        bench_embed(work)
    else:
        # A convolution inside a scan is 5 times slower than one step a call.
        for variant in args.variant or (["jit", "scan"] if work == "mlp-step" else ["jit"]):
            bench_step(work, variant)
