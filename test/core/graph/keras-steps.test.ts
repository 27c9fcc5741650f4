import { describe, expect, it } from 'vitest';
import type { HostTensors } from 'twinspec/plugin';
import { under, within } from '../../../core/graph/places.js';
import adam from '../../../plugins/optimizers/adam.js';
import rmsprop from '../../../plugins/optimizers/rmsprop.js';
import sgd from '../../../plugins/optimizers/sgd.js';
import { decode, decodeAll, fixture, type EncodedTensor } from '../../support/fixture.js';
import { cpuEngine, create, graphOf, noiseOf } from '../../support/graph.js';
import { difference, norm, relativeError } from '../../support/numbers.js';

type Encoded = Record<string, EncodedTensor>;
const optimizers = { sgd, rmsprop, adam };

interface Steps {
  readonly inputs: number;
  readonly units: number[];
  readonly batches: { left: EncodedTensor; right: EncodedTensor; same: EncodedTensor }[];
  readonly cases: {
    readonly case: string;
    readonly optimizer: keyof typeof optimizers;
    readonly options: Record<string, number>;
    readonly steps: {
      readonly step: number;
      readonly learningRate: number;
      readonly loss: number;
      readonly gradients: Encoded;
    }[];
    readonly states: { readonly weights: Encoded; readonly slots: Record<string, Encoded> }[];
  }[];
}

const keras = fixture<Steps>('siamese-steps');

/** The carried tensors of a state of the fixture. Its layers count from 0, ours from the flatten layer. */
function carried({ weights, slots }: Steps['cases'][number]['states'][number]): HostTensors {
  const groups = Object.entries(slots).map(([slot, tensors]) => under(`slots/${slot}`, decodeAll(tensors)));
  return Object.assign({}, under('weights', decodeAll(weights)), ...groups) as HostTensors;
}

/** Which elements of a gradient are more than what is left when float32 sums cancel; adam blows the rest up to full steps. */
function significant(gradient: Float32Array): boolean[] {
  const noise = 1e-6 * norm(gradient);
  return Array.from(gradient, (value) => Math.abs(value) > noise);
}

describe.each(keras.cases)('$case: a training step equals that of Keras', ({ optimizer, options, steps, states }) => {
  it.each(steps)('step $step', async ({ step, learningRate, loss, gradients }) => {
    const graph = graphOf(
      (tf) =>
        tf.sequential({
          layers: keras.units.map((units, index) =>
            tf.layers.dense({ units, activation: 'relu', ...(index === 0 ? { inputShape: [keras.inputs] } : {}) }),
          ),
        }),
      { optimizer: create(optimizers[optimizer], options) },
    );
    const { left, right, same } = keras.batches[step - 1];
    const rows = decode(left).shape[0];
    const data = Float32Array.of(...decode(left).data, ...decode(right).data);
    const session = await (await cpuEngine()).open({ shape: [keras.inputs], data });
    const before = carried(states[step - 1]);
    expect(Object.keys(before).sort()).toEqual(Object.keys(graph.initial).sort());
    session.write(before);
    const program = await session.compile(graph.step('pairs', rows));
    const [outputs] = await program.run([
      {
        inputs: {
          samples: Int32Array.from({ length: 2 * rows }, (_, row) => row),
          same: decode(same).data,
          learningRate: Float32Array.of(learningRate),
          step: Float32Array.of(step),
          progress: Float32Array.of(0),
        },
        noise: noiseOf(1, step),
      },
    ]);
    const after = await session.read();
    const expected = carried(states[step]);
    await session.dispose();

    expect(Math.abs(outputs.loss[0] - loss)).toBeLessThan(1e-6);
    for (const place of Object.keys(expected)) {
      const [from, ours, theirs] = [before, after, expected].map((tensors) => tensors[place].data);
      const signal = significant(decode(gradients[place.slice(place.indexOf('base'))]).data);
      const deviation = difference(ours, theirs).map((value, index) => (signal[index] ? value : 0));
      const error = norm(deviation) / Math.max(norm(difference(theirs, from)), 1e-12);
      // An update that is the small difference of float32 weights carries their rounding.
      const rounding = (2 ** -24 * norm(theirs)) / Math.max(norm(difference(theirs, from)), 1e-12);
      expect(error, place).toBeLessThan(1e-5 + 2 * rounding);
    }
    expect(Object.keys(within('weights', after))).toHaveLength(4);
    expect(relativeError(after['weights/base/0/kernel'].data, expected['weights/base/0/kernel'].data)).toBeLessThan(
      1e-6,
    );
  });
});
