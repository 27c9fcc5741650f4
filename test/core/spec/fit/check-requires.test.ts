import { describe, expect, it, test } from 'vitest';
import { defineDistance, defineLoss, TwinspecError, type Descriptor } from 'twinspec/plugin';
import type { Problem } from '../../../../core/errors.js';
import { createRegistry } from '../../../../core/plugin/registry.js';
import { parseSpec } from '../../../../core/spec/parse-spec.js';
import { fakes } from '../fixtures.js';

const create = (): never => {
  throw new Error('not for running');
};
const summary = 'For tests.';
const requiring = (name: string, requires: object) =>
  defineLoss({ name, summary, consumes: 'pairs', requires, create });
const plugins: readonly Descriptor[] = [
  ...fakes,
  defineDistance({ name: 'cosine', summary, similarity: 'cosine', create }),
  defineDistance({ name: 'dot', summary, similarity: 'dot', create }),
  requiring('needs-euclidean', { distance: ['euclidean', 'squared'] }),
  requiring('needs-any', { similarity: true }),
  requiring('needs-cosine', { similarity: ['cosine'], normalized: true }),
  defineLoss({
    name: 'sum',
    summary,
    consumes: { like: 'losses' },
    options: {
      losses: { type: 'array', items: { type: 'plugin', kind: 'loss' }, default: [], description: 'The losses.' },
      other: { type: 'plugin', kind: 'loss', nullable: true, default: null, description: 'Another.' },
    },
    create,
  }),
];
const registry = createRegistry(plugins, {
  distance: 'euclidean',
  optimizer: 'sgd',
  reducer: 'mean',
  sampler: 'shuffle',
  schedule: 'constant',
});

interface Parts {
  readonly loss: string;
  readonly distance?: string;
  readonly dataset?: string;
  readonly normalize?: boolean;
}

function problems({ loss, distance = 'euclidean', dataset = 'digit-pairs', normalize = false }: Parts) {
  const text = `version: 1
name: small
dataset: ${dataset}
base: mlp
embedding: { normalize: ${normalize} }
distance: ${distance}
loss: ${loss}
training:
  epochs: 3
  batchSize: 8
`;
  try {
    parseSpec(text, { registry, file: 'a.yaml' });
  } catch (error) {
    if (error instanceof TwinspecError)
      return error.problems.map(({ code, path, message, hint }: Problem) => ({ code, path, message, hint }));
    throw error;
  }
  return [];
}

describe('what a loss requires', () => {
  it.each<Parts>([
    { loss: 'contrastive' },
    { loss: 'needs-euclidean' },
    { loss: 'needs-any', distance: 'dot' },
    { loss: 'needs-cosine', distance: 'cosine', normalize: true },
  ])('is there: %j', (parts) => expect(problems(parts)).toEqual([]));

  it.each<[Parts, { path: string; message: string; hint: string }[]]>([
    [
      { loss: 'needs-euclidean', distance: 'cosine' },
      [
        {
          path: 'distance',
          message: 'The loss "needs-euclidean" requires the distance euclidean or squared, but "distance" is "cosine".',
          hint: 'Distances that fit: euclidean.',
        },
      ],
    ],
    [
      { loss: 'needs-any' },
      [
        {
          path: 'distance',
          message:
            'The loss "needs-any" requires a distance that states a similarity, but "distance" is "euclidean", which states none.',
          hint: 'Distances that fit: cosine, dot.',
        },
      ],
    ],
    [
      { loss: 'needs-cosine', distance: 'dot' },
      [
        {
          path: 'embedding.normalize',
          message: 'The loss "needs-cosine" requires embeddings of length 1, but "embedding.normalize" is false.',
          hint: 'Set embedding.normalize: true.',
        },
        {
          path: 'distance',
          message:
            'The loss "needs-cosine" requires the similarity cosine, but "distance" is "dot", whose similarity is dot.',
          hint: 'Distances that fit: cosine.',
        },
      ],
    ],
    [
      { loss: '{ use: sum, with: { losses: [contrastive, needs-any] } }' },
      [
        {
          path: 'distance',
          message:
            'The loss "needs-any" requires a distance that states a similarity, but "distance" is "euclidean", which states none.',
          hint: 'Distances that fit: cosine, dot.',
        },
      ],
    ],
  ])('and is missing: %j', (parts, expected) =>
    expect(problems(parts)).toEqual(expected.map((problem) => ({ code: 'SPEC_MISMATCH', ...problem }))),
  );
});

describe('a loss around others takes what they take', () => {
  const around = (losses: string, more = '') => `{ use: sum, with: { losses: [${losses}]${more} } }`;

  test('of pairs', () => expect(problems({ loss: around('contrastive, contrastive') })).toEqual([]));
  test('of another one around others', () => expect(problems({ loss: around(around('contrastive')) })).toEqual([]));
  test('by the option that it states alone', () =>
    expect(problems({ loss: around('contrastive', ', other: triplet') })).toEqual([]));
  test('which has to fit the data', () =>
    expect(problems({ loss: around('triplet') })).toMatchObject([
      { path: 'loss', message: expect.stringContaining('The loss "sum" consumes triplets') as string },
    ]));
  test('which has to be one', () => {
    expect(problems({ loss: around('contrastive, triplet') })).toMatchObject([
      { path: 'loss', message: expect.stringContaining('these take pairs and triplets') as string },
    ]);
    expect(problems({ loss: 'sum' })).toMatchObject([
      { path: 'loss', message: expect.stringContaining('there are none') as string },
    ]);
  });
});
