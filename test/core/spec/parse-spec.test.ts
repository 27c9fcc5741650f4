import { TwinspecError } from 'twinspec/plugin';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { parseSpec, type ReadOptions } from '../../../core/spec/parse-spec.js';
import { resolvedYaml } from '../../../core/spec/show/resolved-yaml.js';
import type { Spec } from '../../../core/spec/shell/spec.js';
import { validateSpec } from '../../../core/spec/validate-spec.js';
import { trainingDefaults } from '../../support/training-defaults.js';
import { registry, smallest } from './fixtures.js';

const parse = (text: string, more: Partial<ReadOptions> = {}) => parseSpec(text, { file: 'a.yaml', registry, ...more });

function failure(run: () => unknown): TwinspecError {
  try {
    run();
  } catch (error) {
    if (error instanceof TwinspecError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** `line:column path` of each problem. */
const places = (run: () => unknown) =>
  failure(run).problems.map(({ line, column, path }) => [`${line}:${column}`, path].filter(Boolean).join(' '));

const resolved: Spec = {
  version: 1,
  name: 'small',
  seed: 0,
  dataset: { use: 'digit-pairs', with: {} },
  base: { use: 'mlp', with: { units: [128, 128], dropout: 0, activation: 'relu', clip: null } },
  embedding: { normalize: false },
  distance: { use: 'euclidean', with: {} },
  loss: { use: 'contrastive', with: { margin: 1 } },
  reducer: { use: 'mean', with: {} },
  engine: { use: 'auto', with: {} },
  training: {
    optimizer: { use: 'sgd', with: { momentum: 0 } },
    learningRate: { use: 'constant', with: { value: 0.001 } },
    ...trainingDefaults,
    sampler: { use: 'shuffle', with: {} },
    batchSize: 128,
    epochs: 3,
  },
  evaluation: { threshold: 0.5 },
};

describe('a valid spec', () => {
  test('gets every default and every long form', () => {
    expect(parse(smallest)).toEqual(resolved);
    expectTypeOf(parse).returns.toEqualTypeOf<Spec>();
  });

  test('is frozen all the way down', () => {
    const spec = parse(smallest);
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(spec)).toBe(true);
    expect(Object.isFrozen(spec.base.with['units'])).toBe(true);
  });

  test('takes a number for the default schedule', () => {
    const spec = parse(`${smallest}  learningRate: 0.01\n`);
    expect(spec.training.learningRate).toEqual({ use: 'constant', with: { value: 0.01 } });
  });

  test('takes fit as a threshold', () => {
    expect(parse(`${smallest}evaluation: { threshold: fit }`).evaluation.threshold).toBe('fit');
  });

  test('keeps options that are given, and null where it is allowed', () => {
    const text = smallest.replace('base: mlp', 'base: { use: mlp, with: { units: [8], clip: null } }');
    expect(parse(text).base.with).toEqual({ units: [8], dropout: 0, activation: 'relu', clip: null });
  });

  test('does not hand out the defaults of a descriptor', () => {
    expect(parse(smallest).base.with['units']).not.toBe(parse(smallest).base.with['units']);
  });

  test('survives being written out and read back', () => {
    const spec = parse(`${smallest}  learningRate: 1e-7\nseed: 9007199254740991\n`);
    expect(parse(resolvedYaml(spec))).toEqual(spec);
  });

  test('takes CRLF line ends and a byte order mark', () => {
    expect(parse(`\uFEFF${smallest.replaceAll('\n', '\r\n')}`)).toEqual(resolved);
  });
});

describe('a wrong spec', () => {
  test('gives all problems, in the order of the file', () => {
    const text = `version: 1
name: My Net
dataset: digit-pair
base: { use: mlp, with: { unitz: [1], dropout: 1 } }
loss: { use: contrastive, margin: 2 }
training:
  batch_size: 12
  learningRate: -1
`;
    expect(places(() => parse(text))).toEqual([
      '2:7 name',
      '3:10 dataset',
      '4:27 base.with.unitz',
      '4:48 base.with.dropout',
      '5:27 loss.margin',
      '6:1 training.epochs',
      '7:3 training.batch_size',
      '8:17 training.learningRate.with.value',
    ]);
  });

  test('says where, what was received and what would be right', () => {
    const text = smallest.replace('contrastive', '{ use: contrastive, with: { margin: -1 } }');
    expect(failure(() => parse(text)).message).toBe(
      'a.yaml:5:43  "loss.with.margin" must be a number greater than 0; received -1.  Default: 1. How far apart.  [SPEC_INVALID]',
    );
  });

  test('of another version gives that problem only', () => {
    expect(failure(() => parse('version: 2\nmodel: x')).message).toContain('version 1; received version 2');
  });

  test('of a margin in the wrong place says the right one', () => {
    const text = smallest.replace('contrastive', '{ use: contrastive, margin: 1 }');
    expect(failure(() => parse(text)).problems[0]?.hint).toContain('loss.with.margin');
  });

  test('does not take inherited names for keys, plugins or options', () => {
    const names = ['toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
    for (const name of names) {
      expect(places(() => parse(`${name}: 1\n${smallest}`))).toEqual([`1:1 ${name}`]);
      expect(places(() => parse(smallest.replace('contrastive', name)))).toEqual(['5:7 loss']);
    }
  });

  test('without a plugin that has no default', () => {
    expect(failure(() => parse(smallest.replace('base: mlp\n', ''))).message).toContain('"base" is missing');
  });
});

describe('parts that do not fit together', () => {
  test('a loss of triplets on pairs', () => {
    const error = failure(() => parse(smallest.replace('contrastive', 'triplet')));
    expect(error.code).toBe('SPEC_MISMATCH');
    expect(error.problems).toMatchObject([{ line: 5, column: 7, path: 'loss', hint: 'Losses that fit: contrastive.' }]);
  });

  test('a sampler of rows on pairs', () => {
    const error = failure(() => parse(`${smallest}  sampler: balanced\n`));
    expect(error.problems).toMatchObject([{ code: 'SPEC_MISMATCH', line: 8, column: 12, path: 'training.sampler' }]);
  });

  test('pairs of rows fit', () => {
    expect(parse(smallest.replace('digit-pairs', 'digit-rows')).dataset.use).toBe('digit-rows');
  });
});

describe('overrides', () => {
  test('set values, options, and the short form of a plugin', () => {
    const set = ['training.epochs=9', 'base.with.units=[4, 2]', 'loss={ use: contrastive, with: { margin: 2 } }'];
    const spec = parse(smallest, { set });
    expect(spec.training.epochs).toBe(9);
    expect(spec.base.with['units']).toEqual([4, 2]);
    expect(spec.loss.with).toEqual({ margin: 2 });
  });

  test('reach into what the spec leaves out or writes short', () => {
    const set = [
      'training.learningRate.with.value=0.5',
      'evaluation.threshold=fit',
      'training.optimizer.with.momentum=0.9',
    ];
    const spec = parse(smallest, { set });
    expect(spec.training.learningRate.with).toEqual({ value: 0.5 });
    expect(spec.training.optimizer).toEqual({ use: 'sgd', with: { momentum: 0.9 } });
    expect(spec.evaluation.threshold).toBe('fit');
  });

  test('the last one wins', () => {
    expect(parse(smallest, { set: ['seed=1', 'seed=2'] }).seed).toBe(2);
  });

  test.each([
    ['training.epoch=3', 'Unknown key in "training": "epoch".', 'Did you mean "epochs"?'],
    ['loss.with.margin=-2', 'received -2', 'Default: 1.'],
    ['name.x=3', '"name" has nothing to set at "x"', 'Set "name" itself.'],
    ['training.epochs=[3', 'is not closed', 'Add ]'],
    ['epochs', 'is no override', 'path.to.key=value'],
    ['a..b=1', 'is no override', 'path.to.key=value'],
    ['__proto__.x=1', 'is no override', 'path.to.key=value'],
    ['seed=', 'is set to nothing', 'Write a value'],
    ['seed=*x', 'alias', 'no anchors'],
  ])('%s', (override, message, hint) => {
    const [problem] = failure(() => parse(smallest, { set: [override] })).problems;
    expect(problem).toMatchObject({ set: override });
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toContain(hint);
    expect(problem).not.toHaveProperty('line');
  });
});

describe('a plain object', () => {
  const plain = () => ({
    version: 1,
    name: 'small',
    dataset: 'digit-pairs',
    base: 'mlp',
    loss: 'contrastive',
    training: { epochs: 3 },
  });

  test('makes the same spec as a file, and is not changed', () => {
    const value = plain();
    expect(validateSpec(value, { registry })).toEqual(resolved);
    expect(value).toEqual(plain());
    expect(Object.isFrozen(value.training)).toBe(false);
  });

  test('a resolved spec is a spec', () => {
    expect(validateSpec(resolved, { registry })).toEqual(resolved);
  });

  test('problems have paths and no places', () => {
    const error = failure(() => validateSpec({ ...plain(), training: { epochs: 0 } }, { registry }));
    expect(error.problems).toHaveLength(1);
    expect(error.message).toMatch(/^training\.epochs {2}"training\.epochs" must be a whole number .*received 0\./);
  });

  test.each([
    ['a function', { ...plain(), base: () => 1 }],
    ['a class instance', { ...plain(), seed: new Date() }],
    [
      'a circle',
      Object.assign(plain(), {
        get training(): unknown {
          return this;
        },
      }),
    ],
    ['a dangerous key', JSON.parse('{"__proto__": {"polluted": 1}}') as unknown],
    ['nothing', undefined],
    ['a text', 'version: 1'],
    ['a bigint', { ...plain(), seed: 1n }],
  ])('refuses %s', (_, value) => {
    expect(failure(() => validateSpec(value, { registry })).code).toBe('SPEC_INVALID');
    expect({}).not.toHaveProperty('polluted');
  });
});
