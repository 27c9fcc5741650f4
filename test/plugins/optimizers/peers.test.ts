import type { HostTensors } from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import cpu from '../../../plugins/engines/cpu.js';
import onnx from '../../../plugins/engines/onnx/index.js';
import adagrad from '../../../plugins/optimizers/adagrad.js';
import adam from '../../../plugins/optimizers/adam.js';
import adamw from '../../../plugins/optimizers/adamw.js';
import rmsprop from '../../../plugins/optimizers/rmsprop.js';
import sgd from '../../../plugins/optimizers/sgd.js';
import { decode, fixture, type EncodedTensor } from '../../support/fixture.js';
import { create } from '../../support/graph.js';
import { difference, norm } from '../../support/numbers.js';
import { optimizerSteps } from '../../support/optimizer-steps.js';

const optimizers = { adagrad, adam, adamw, rmsprop, sgd };

interface Peers {
  readonly learningRates: number[];
  readonly gradients: EncodedTensor;
  readonly cases: {
    readonly peer: string;
    readonly optimizer: keyof typeof optimizers;
    readonly options: Record<string, number | boolean>;
    /** A row for each step, from 0. */
    readonly states: { readonly weight: EncodedTensor; readonly slots: Record<string, EncodedTensor> };
  }[];
}

const { learningRates, gradients, cases } = fixture<Peers>('optimizers');

function row(tensor: EncodedTensor, index: number): Float32Array {
  const { shape, data } = decode(tensor);
  return data.slice(index * shape[1], (index + 1) * shape[1]);
}

function state({ weight, slots }: Peers['cases'][number]['states'], step: number): HostTensors {
  const tensors = {
    weight,
    ...Object.fromEntries(Object.entries(slots).map(([name, slot]) => [`slots/${name}`, slot])),
  };
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, { shape: [tensor.shape[1]], data: row(tensor, step) }]),
  );
}

describe.each(cases)('$optimizer $options equals $peer', ({ optimizer, options, states }) => {
  it.each([cpu, onnx])('at each of 100 steps on $name', async (engine) => {
    const ours = create(optimizers[optimizer], options);
    expect(Object.keys(ours.slots).sort()).toEqual(Object.keys(states.slots).sort());
    const steps = await optimizerSteps(ours, row(states.weight, 0), await create(engine));
    for (const [index, learningRate] of learningRates.entries()) {
      const from = state(states, index);
      const after = await steps.step({ gradient: row(gradients, index), learningRate, step: index + 1, from });
      for (const [name, { data }] of Object.entries(state(states, index + 1))) {
        const change = Math.max(norm(difference(data, from[name].data)), 1e-12);
        // An update that is the small difference of float32 numbers carries their rounding.
        const rounding = (2 ** -24 * norm(data)) / change;
        const error = norm(difference(after[name].data, data)) / change;
        expect(error, `${name} of step ${index + 1}`).toBeLessThan(1e-5 + 2 * rounding);
      }
    }
    await steps.dispose();
  });
});
