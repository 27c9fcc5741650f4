import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simplify } from '../../../../plugins/engines/onnx/simplify.js';
import { differences, numbers, type HostArray } from './compare.js';

/** A layer of a random network: how it changes shapes, and what it computes from its weights. */
interface Layer {
  readonly text: string;
  /** Shapes of its weights; undefined where it does not fit. */
  weights(shape: readonly number[]): number[][] | undefined;
  apply(x: tf.Tensor, weights: tf.Tensor[]): tf.Tensor;
}

const activations = {
  relu: tf.relu,
  relu6: tf.relu6,
  elu: tf.elu,
  selu: tf.selu,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  softplus: tf.softplus,
  softmax: (x: tf.Tensor) => tf.softmax(x),
  logSoftmax: (x: tf.Tensor) => tf.logSoftmax(x),
  swish: (x: tf.Tensor) => tf.mul(x, tf.sigmoid(x)),
  gelu: (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1)),
  leakyRelu: (x: tf.Tensor) => tf.leakyRelu(x, 0.2),
  hardSigmoid: (x: tf.Tensor) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1),
  softsign: (x: tf.Tensor) => tf.div(x, tf.add(tf.abs(x), 1)),
};

const flat = (x: tf.Tensor) => tf.reshape<tf.Rank.R2>(x, [x.shape[0], -1]);
const width = (shape: readonly number[]) => shape.slice(1).reduce((a, b) => a * b, 1);

const pad = fc.constantFrom('same' as const, 'valid' as const);
const fits = (shape: readonly number[], size: readonly number[], way: string) =>
  shape.length === 4 && (way === 'same' || (shape[1] >= size[0] && shape[2] >= size[1]));

const layer: fc.Arbitrary<Layer> = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map((units) => ({
    text: `dense ${units}`,
    weights: (shape: readonly number[]) => [[width(shape), units], [units]],
    apply: (x: tf.Tensor, [kernel, bias]: tf.Tensor[]) => tf.add(tf.matMul(flat(x), kernel as tf.Tensor2D), bias),
  })),
  fc
    .record({
      h: fc.integer({ min: 1, max: 3 }),
      w: fc.integer({ min: 1, max: 3 }),
      f: fc.integer({ min: 1, max: 4 }),
      s: fc.integer({ min: 1, max: 2 }),
      pad,
    })
    .map(({ h, w, f, s, pad }) => ({
      text: `conv ${h}x${w} ${f} /${s} ${pad}`,
      weights: (shape: readonly number[]) => (fits(shape, [h, w], pad) ? [[h, w, shape[3], f], [f]] : undefined),
      apply: (x: tf.Tensor, [filter, bias]: tf.Tensor[]) =>
        tf.add(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, s, pad), bias),
    })),
  fc
    .record({
      h: fc.integer({ min: 1, max: 3 }),
      m: fc.integer({ min: 1, max: 2 }),
      s: fc.integer({ min: 1, max: 2 }),
      pad,
    })
    .map(({ h, m, s, pad }) => ({
      text: `depthwise ${h}x${h} ${m} /${s} ${pad}`,
      weights: (shape: readonly number[]) => (fits(shape, [h, h], pad) ? [[h, h, shape[3], m]] : undefined),
      apply: (x: tf.Tensor, [filter]: tf.Tensor[]) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, s, pad),
    })),
  fc
    .record({
      kind: fc.constantFrom('maxPool' as const, 'avgPool' as const),
      h: fc.integer({ min: 1, max: 3 }),
      w: fc.integer({ min: 1, max: 3 }),
      s: fc.integer({ min: 1, max: 3 }),
      pad,
    })
    .map(({ kind, h, w, s, pad }) => ({
      text: `${kind} ${h}x${w} /${s} ${pad}`,
      weights: (shape: readonly number[]) => (fits(shape, [h, w], pad) ? [] : undefined),
      apply: (x: tf.Tensor) => tf[kind](x as tf.Tensor4D, [h, w], s, pad),
    })),
  fc
    .constantFrom(...Object.entries(activations))
    .map(([text, f]) => ({ text, weights: () => [], apply: (x: tf.Tensor) => f(x) })),
  fc.constant({
    text: 'batch norm',
    weights: (shape: readonly number[]) => [[shape.at(-1)!], [shape.at(-1)!]],
    apply(x: tf.Tensor, [scale, offset]: tf.Tensor[]) {
      const { mean, variance } = tf.moments(x, x.shape.map((_, axis) => axis).slice(0, -1));
      return tf.batchNorm(x, mean, variance, offset, scale, 0.1);
    },
  }),
  fc.constant({
    text: 'layer norm',
    weights: (shape: readonly number[]) => [[shape.at(-1)!]],
    apply(x: tf.Tensor, [scale]: tf.Tensor[]) {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 0.1))), scale);
    },
  }),
  fc.constant({
    text: 'prelu',
    weights: (shape: readonly number[]) => [shape.slice(1)],
    apply: (x: tf.Tensor, [alpha]: tf.Tensor[]) => tf.prelu(x, alpha),
  }),
  fc.constant({ text: 'skip', weights: () => [], apply: (x: tf.Tensor) => tf.add(x, tf.tanh(x)) }),
  fc.constant({
    text: 'double',
    weights: () => [],
    apply: (x: tf.Tensor) => tf.concat([x, tf.square(tf.tanh(x))], -1),
  }),
  fc.constant({
    text: 'zero padding',
    weights: (shape: readonly number[]) => (shape.length === 4 ? [] : undefined),
    apply: (x: tf.Tensor) =>
      tf.pad(x, [
        [0, 0],
        [1, 0],
        [0, 2],
        [0, 0],
      ]),
  }),
  fc.constant({
    text: 'global pooling',
    weights: (shape: readonly number[]) => (shape.length === 4 ? [] : undefined),
    apply: (x: tf.Tensor) => tf.mean(x, [1, 2]),
  }),
);

const safeNorm = (squares: tf.Tensor): tf.Tensor => tf.sqrt(tf.add(squares, 1e-2));

/** Losses of embeddings [n,d]. */
const losses: Record<string, (x: tf.Tensor2D) => tf.Tensor> = {
  contrastive(x) {
    const [left, right] = [tf.slice(x, 0, x.shape[0] / 2), tf.slice(x, x.shape[0] / 2)];
    const d = safeNorm(tf.sum(tf.squaredDifference(left, right), 1));
    const same = tf.cast(tf.equal(tf.mod(tf.range(0, d.shape[0], 1, 'int32'), tf.scalar(2, 'int32')), 0), 'float32');
    return tf.mean(tf.add(tf.mul(same, tf.square(d)), tf.mul(tf.sub(1, same), tf.square(tf.relu(tf.sub(1, d))))));
  },
  supervisedContrastive(x) {
    const unit = tf.div(x, safeNorm(tf.sum(tf.square(x), 1, true)));
    const logits = tf.sub(tf.matMul(unit, unit, false, true), tf.mul(tf.eye(x.shape[0]), 1e9));
    return tf.neg(tf.mean(tf.slice(tf.sub(logits, tf.logSumExp(logits, 1, true)), [0, 1], [1, 1])));
  },
  hardTriplet(embedding) {
    // By products of rows, which is exact enough near the unit sphere only.
    const x = tf.div<tf.Tensor2D>(embedding, safeNorm(tf.sum(tf.square(embedding), 1, true)));
    const squares = tf.sum(tf.square(x), 1, true);
    const d = safeNorm(
      tf.relu(tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(tf.matMul(x, x, false, true), 2))),
    );
    const mask = tf.tensor2d(
      Array.from({ length: x.shape[0] ** 2 }, (_, i) => ((i % x.shape[0]) + Math.floor(i / x.shape[0])) % 2),
      [x.shape[0], x.shape[0]],
    );
    const positive = tf.max(tf.mul(d, mask), 1);
    // A row's distance to itself is rounding only, and so would be its gradient.
    const negative = tf.min(tf.add(d, tf.mul(tf.add(mask, tf.eye(x.shape[0])), 1e6)), 1);
    return tf.mean(tf.softplus(tf.sub(positive, negative)));
  },
  crossEntropy: (x) =>
    tf.neg(
      tf.mean(
        tf.sum(
          tf.mul(
            tf.logSoftmax(x),
            tf
              .oneHot(tf.zeros([x.shape[0]], 'int32'), Math.max(2, x.shape[1]))
              .slice([0, 0], x.shape)
              .cast('float32'),
          ),
          1,
        ),
      ),
    ),
  meanSquare: (x) => tf.mean(tf.square(tf.sub(x, 0.5))),
};

const network = fc.record({
  shape: fc.oneof(
    fc.tuple(fc.constantFrom(2, 4), fc.integer({ min: 1, max: 7 })),
    fc.tuple(
      fc.constantFrom(2, 4),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 3 }),
    ),
  ),
  layers: fc.array(layer, { minLength: 1, maxLength: 5 }),
  loss: fc.constantFrom(...Object.keys(losses)),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});

/** The weights of those layers that fit one after the other, and the loss of the network that they make. */
function build({ shape, layers, loss, seed }: typeof network extends fc.Arbitrary<infer T> ? T : never) {
  const weights: Record<string, HostArray> = {};
  const used: { layer: Layer; names: string[] }[] = [];
  let current: number[] = shape;
  for (const [i, layer] of layers.entries()) {
    const shapes = layer.weights(current);
    if (!shapes) continue;
    const names = shapes.map((_, j) => `layer${i}:${j}`);
    shapes.forEach((s, j) => (weights[names[j]] = numbers(s, seed + i * 10 + j)));
    used.push({ layer, names });
    const before = current;
    current = tf.tidy(
      () =>
        layer.apply(
          tf.zeros(before),
          shapes.map((s) => tf.ones(s)),
        ).shape,
    );
    if (current.includes(0)) return undefined;
  }
  const names = Object.keys(weights);
  const forward = (x: tf.Tensor, values: tf.Tensor[]) => {
    const at = new Map(names.map((name, i) => [name, values[i]]));
    const y = used.reduce(
      (x, { layer, names }) =>
        layer.apply(
          x,
          names.map((name) => at.get(name)!),
        ),
      x,
    );
    return losses[loss](flat(y));
  };
  return {
    inputs: { x: numbers(shape, seed + 999), ...weights },
    names,
    forward,
    text: used.map(({ layer }) => layer.text),
  };
}

const runs = Number(process.env['FUZZ_RUNS'] ?? 1000);

it(`${runs} random networks, forward and all gradients`, { timeout: 600_000 * Math.ceil(runs / 1000) }, async () => {
  await tf.setBackend('cpu');
  await fc.assert(
    fc.asyncProperty(network, async (description) => {
      const built = build(description);
      if (!built) return;
      const { inputs, names, forward, text } = built;
      const body = (t: Record<string, tf.Tensor>) => {
        const xs = [t['x'], ...names.map((name) => t[name])];
        const { value, grads } = tf.valueAndGrads((x, ...values) => forward(x, values) as tf.Scalar)(xs);
        return {
          loss: value,
          dx: grads[0],
          ...Object.fromEntries(names.map((name, i) => [`d ${name}`, grads[i + 1]])),
        };
      };
      const found = await differences(inputs, body, { tolerance: 1e-4, transform: (graph) => simplify(graph) });
      expect(found, `${description.shape.join('x')}: ${text.join(', ')}; ${description.loss}`).toEqual([]);
    }),
    { numRuns: runs, ...(process.env['FUZZ_SEED'] ? { seed: Number(process.env['FUZZ_SEED']) } : {}) },
  );
});
