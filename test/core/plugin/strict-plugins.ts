// Checked by strict.test.ts under noUncheckedIndexedAccess, where an undeclared name cannot pass as a tensor.
import { defineDistance, defineLoss, type Tensor } from 'twinspec/plugin';

const scalar = { shape: [], init: { kind: 'constant', value: 1 } } as const;

export const loss = defineLoss({
  name: 'strict/loss',
  summary: 'Has names.',
  consumes: 'pairs',
  weights: ['beta'],
  state: ['mean'],
  create: () => ({
    weights: () => ({ beta: scalar }),
    state: () => ({ mean: scalar }),
    values({ weights, state }) {
      const tensors: readonly Tensor[] = [weights.beta, state.mean];
      // @ts-expect-error not declared
      void weights.gamma;
      // @ts-expect-error not declared
      void state.beta;
      return tensors[0] ?? weights.beta;
    },
    nextState: ({ state: { mean } }) => ({ mean }),
  }),
});

export const similar = defineLoss({
  name: 'strict/similar',
  summary: 'Requires a similarity.',
  consumes: 'triplets',
  requires: { similarity: ['cosine'] },
  create: () => ({
    values({ similarity, weights }) {
      // @ts-expect-error none are declared
      void weights.beta;
      const apart: Tensor = similarity.swapped;
      return apart;
    },
  }),
});

export const around = defineLoss({
  name: 'strict/around',
  summary: 'Stands around losses.',
  consumes: { like: 'losses' },
  options: { losses: { type: 'array', items: { type: 'plugin', kind: 'loss' }, description: 'The losses.' } },
  create: ({ losses: [first] }) => ({
    values(inputs) {
      if (first === undefined) throw new Error('there is none');
      return first.values(inputs);
    },
  }),
});

export const missing = defineLoss({
  name: 'strict/missing',
  summary: 'Declares another name than it states.',
  consumes: 'batch',
  weights: ['beta'],
  create: () => ({
    // @ts-expect-error beta is missing
    weights: () => ({ gamma: scalar }),
    values: ({ distance }) => distance,
  }),
});

export const distance = defineDistance({
  name: 'strict/distance',
  summary: 'Has names.',
  weights: ['factor'],
  create: () => ({
    weights: ({ dimension }) => ({ factor: { shape: [dimension], init: { kind: 'orthogonal', gain: 1 } } }),
    between(_a, _b, { weights, noise, training }) {
      const factor: Tensor = weights.factor;
      // @ts-expect-error not declared
      void weights.other;
      return training ? noise('some', 'normal', [2]) : factor;
    },
  }),
});
