import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { BaseDescriptor } from 'twinspec/plugin';
import cnn from '../../../plugins/bases/cnn.js';
import mlp from '../../../plugins/bases/mlp.js';

/** The network with these options over its defaults, on samples of a shape. */
async function network(base: BaseDescriptor, given: object, shape: readonly number[]): Promise<tf.LayersModel> {
  const defaults = Object.fromEntries(
    Object.entries(base.options).map(([name, option]): [string, unknown] => [name, option.default]),
  );
  return (await base.create({ ...defaults, ...given }, tf)).model(shape, {});
}

/** Numbers of the embeddings of 32 samples of standard normal numbers. */
async function embeddings(base: BaseDescriptor, given: object, shape: readonly number[]): Promise<number[]> {
  const model = await network(base, given, shape);
  return tf.tidy(() => {
    const samples = tf.randomNormal([32, ...shape], 0, 1, 'float32', 1);
    return Array.from((model.predict(samples) as tf.Tensor).dataSync());
  });
}

const activationsOf = (model: tf.LayersModel) => model.layers.flatMap((layer) => layer.getConfig()['activation'] ?? []);
const negative = (value: number) => value < 0;

describe('the last activation of an mlp', () => {
  const given = { units: [8, 6] };

  it('is that of the other layers unless another one is named', async () => {
    expect((await embeddings(mlp, given, [5])).some(negative)).toBe(false);
    expect((await embeddings(mlp, { ...given, lastActivation: 'linear' }, [5])).some(negative)).toBe(true);
    expect(activationsOf(await network(mlp, { ...given, activation: 'tanh' }, [5]))).toEqual(['tanh', 'tanh']);
  });

  it('leaves the other layers alone', async () => {
    const model = await network(mlp, { ...given, lastActivation: 'linear' }, [5]);
    expect(activationsOf(model)).toEqual(['relu', 'linear']);
  });
});

describe('the last activation of a cnn', () => {
  const given = { filters: [4, 4], dense: [8, 6] };
  const shape = [12, 12, 1];

  it('is relu unless it is linear', async () => {
    expect((await embeddings(cnn, given, shape)).some(negative)).toBe(false);
    expect((await embeddings(cnn, { ...given, lastActivation: 'linear' }, shape)).some(negative)).toBe(true);
  });

  it('leaves the other layers alone', async () => {
    const model = await network(cnn, { ...given, lastActivation: 'linear' }, shape);
    expect(activationsOf(model).slice(-2)).toEqual(['relu', 'linear']);
  });
});
