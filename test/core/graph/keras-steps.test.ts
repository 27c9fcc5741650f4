import type { CompiledProgram, EngineSession, HostTensors, Samples } from 'twinspec/plugin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { under, within } from '../../../core/graph/places.js';
import cpu from '../../../plugins/engines/cpu.js';
import tensorflow from '../../../plugins/engines/tensorflow/index.js';
import adagrad from '../../../plugins/optimizers/adagrad.js';
import adam from '../../../plugins/optimizers/adam.js';
import adamw from '../../../plugins/optimizers/adamw.js';
import rmsprop from '../../../plugins/optimizers/rmsprop.js';
import sgd from '../../../plugins/optimizers/sgd.js';
import { absence } from '../../support/engines.js';
import { decode, decodeAll, fixture, type EncodedTensor } from '../../support/fixture.js';
import { create, graphOf, rowFeed } from '../../support/graph.js';
import { difference, norm, relativeError } from '../../support/numbers.js';
import { noiseOf } from '../../../core/random/stream.js';

type Encoded = Record<string, EncodedTensor>;
const optimizers = { adagrad, adam, adamw, rmsprop, sgd };

interface Steps {
  readonly inputs: number;
  readonly units: number[];
  readonly batches: { left: EncodedTensor; right: EncodedTensor; same: EncodedTensor }[];
  readonly cases: {
    readonly case: string;
    readonly optimizer: keyof typeof optimizers;
    readonly options: Record<string, number | boolean>;
    readonly steps: {
      readonly step: number;
      readonly learningRate: number;
      readonly loss: number;
      readonly gradients: Encoded;
    }[];
    readonly states: { readonly weights: Encoded; readonly slots: Record<string, Encoded> }[];
  }[];
}

const cases = ['siamese-steps', 'siamese-steps-more']
  .map((name) => fixture<Steps>(name))
  .flatMap(({ cases, ...shared }) => cases.map((each) => ({ ...shared, ...each })));
const engines = (await absence(tensorflow)) === null ? [cpu, tensorflow] : [cpu];

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

/** The samples of all batches, one batch after the other, left sides first. */
function samplesOf({ inputs, batches }: Pick<Steps, 'inputs' | 'batches'>): Samples {
  const parts = batches.flatMap(({ left, right }) => [decode(left).data, decode(right).data]);
  return { samples: { shape: [inputs], data: Float32Array.from(parts.flatMap((part) => Array.from(part))) } };
}

describe.each(cases.flatMap((each) => engines.map((engine) => ({ ...each, engine }))))(
  '$case: a training step on $engine.name equals that of Keras',
  ({ optimizer, options, steps, states, engine, ...keras }) => {
    const graph = graphOf(
      (tf) =>
        tf.sequential({
          layers: keras.units.map((units, index) =>
            tf.layers.dense({ units, activation: 'relu', ...(index === 0 ? { inputShape: [keras.inputs] } : {}) }),
          ),
        }),
      { optimizer: create(optimizers[optimizer], options) },
    );
    const rows = 2 * keras.batches[0].same.shape[0];
    let session: EngineSession;
    let program: CompiledProgram;

    beforeAll(async () => {
      session = await (await create(engine)).open(samplesOf(keras));
      session.write(graph.initial);
      program = await session.compile(graph.step({ unit: 'pairs' }, rows / 2));
    });
    afterAll(() => session.dispose());

    it.each(steps)('step $step', async ({ step, learningRate, loss, gradients }) => {
      const before = carried(states[step - 1]);
      expect(Object.keys(before).sort()).toEqual(Object.keys(graph.initial).sort());
      session.write(before);
      const [outputs] = await program.run([
        {
          inputs: {
            ...rowFeed(Int32Array.from({ length: rows }, (_, row) => (step - 1) * rows + row)),
            same: decode(keras.batches[step - 1].same).data,
            learningRate: Float32Array.of(learningRate),
            step: Float32Array.of(step),
            progress: Float32Array.of(0),
          },
          noise: noiseOf(1, step),
        },
      ]);
      const after = await session.read();
      const expected = carried(states[step]);

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
  },
);
