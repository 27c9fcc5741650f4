import { defineDataset, defineLoss, defineReducer, TwinspecError, type Descriptor } from 'twinspec/plugin';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Problem } from '../../../core/errors.js';
import { createRegistry } from '../../../core/plugin/registry.js';
import { parseSpec } from '../../../core/spec/parse-spec.js';
import { everyUse } from '../../../core/spec/plugin-uses.js';
import { describeOptions, exampleUse } from '../../../core/spec/show/describe-plugin.js';
import { editorSchema } from '../../../core/spec/show/editor-schema.js';
import { resolvedYaml } from '../../../core/spec/show/resolved-yaml.js';
import { defaults, fakes, smallest } from './fixtures.js';

const summary = 'For tests.';
const description = 'For tests.';
const create = (): never => {
  throw new Error('not for running');
};

const sum = defineLoss({
  name: 'acme/sum',
  summary,
  consumes: 'pairs',
  options: {
    losses: { type: 'array', minItems: 1, items: { type: 'plugin', kind: 'loss' }, description },
    reducer: { type: 'plugin', kind: 'reducer', description },
    memory: {
      type: 'object',
      description,
      properties: {
        around: {
          type: 'plugin',
          kind: 'loss',
          default: { use: 'contrastive', with: { margin: 2 } },
          description,
        },
        size: { type: 'integer', minimum: 1, default: 8, description },
      },
    },
  },
  create,
});
const registry = createRegistry([...fakes, sum], defaults);

const specWith = (loss: string) => smallest.replace('loss: contrastive', `loss: ${loss}`);
const parsed = (loss: string, set: string[] = []) => parseSpec(specWith(loss), { registry, set });

function problems(loss: string, set: string[] = []): readonly Problem[] {
  try {
    parsed(loss, set);
  } catch (error) {
    if (error instanceof TwinspecError) return error.problems;
    throw error;
  }
  return [];
}

describe('an option that holds plugins', () => {
  const two = '{ use: acme/sum, with: { losses: [contrastive, { use: contrastive, with: { margin: 3 } }] } }';

  test('is written out with the options of each', () => {
    expect(parsed(two).loss).toEqual({
      use: 'acme/sum',
      with: {
        losses: [
          { use: 'contrastive', with: { margin: 1 } },
          { use: 'contrastive', with: { margin: 3 } },
        ],
        reducer: { use: 'mean', with: {} },
        memory: { around: { use: 'contrastive', with: { margin: 2 } }, size: 8 },
      },
    });
    expect(parseSpec(resolvedYaml(parsed(two)), { registry })).toEqual(parsed(two));
  });

  test('takes plugins in plugins', () => {
    const spec = parsed(`{ use: acme/sum, with: { losses: [${two}] } }`);
    expect(everyUse(spec, registry).flatMap(({ place, kind }) => (kind === 'loss' ? [place] : []))).toEqual([
      'loss',
      'loss.with.losses.0',
      'loss.with.losses.0.with.losses.0',
      'loss.with.losses.0.with.losses.1',
      'loss.with.losses.0.with.memory.around',
      'loss.with.memory.around',
    ]);
  });

  test('is overridden where it is', () => {
    const { loss } = parsed(two, ['loss.with.losses.0.with.margin=5', 'loss.with.memory.around.with.margin=6']);
    expect(loss.with).toMatchObject({
      losses: [{ with: { margin: 5 } }, { with: { margin: 3 } }],
      memory: { around: { with: { margin: 6 } } },
    });
  });

  test.each([
    ['{ use: acme/sum, with: { losses: [] } }', 'loss.with.losses', 'must be a list of one or more entries'],
    ['acme/sum', 'loss.with.losses', 'is missing'],
    ['{ use: acme/sum, with: { losses: [contrastiv] } }', 'loss.with.losses.0', 'no loss named "contrastiv"'],
    ['{ use: acme/sum, with: { losses: [{ with: {} }] } }', 'loss.with.losses.0.use', 'is missing'],
    ['{ use: acme/sum, with: { losses: [2] } }', 'loss.with.losses.0', 'must be the name of a loss or a mapping'],
    ['{ use: acme/sum, with: { losses: [contrastive], reducer: null } }', 'loss.with.reducer', 'received nothing'],
    [
      '{ use: acme/sum, with: { losses: [{ use: contrastive, with: { margin: -1 } }] } }',
      'loss.with.losses.0.with.margin',
      'must be a number greater than 0; received -1',
    ],
    [
      '{ use: acme/sum, with: { losses: [contrastive], memory: { around: { use: contrastive, with: { gap: 1 } } } } }',
      'loss.with.memory.around.with.gap',
      'Unknown option of loss "contrastive": "gap"',
    ],
  ])('of %s is refused', (loss, path, message) => {
    expect(problems(loss)).toMatchObject([{ path, message: expect.stringContaining(message) as string }]);
  });

  test('is known to editors, and described', () => {
    const validate = new Ajv({ strict: false }).compile(editorSchema(registry));
    const isValid = (loss: string) => validate(parse(specWith(loss)));
    expect([isValid(two), isValid('acme/sum'), isValid('{ use: acme/sum, with: { losses: [sum] } }')]).toEqual([
      true,
      false,
      false,
    ]);
    const [losses, reducer, , around] = describeOptions(sum, registry);
    expect(losses).toMatchObject({
      takes: 'a list of one or more entries, each the name of a loss or a mapping with use',
      standard: null,
    });
    expect(reducer).toMatchObject({ takes: 'the name of a reducer or a mapping with use', standard: 'mean' });
    expect(around).toMatchObject({ name: 'memory.around', standard: '{ use: contrastive, with: { margin: 2 } }' });
    expect(
      parsed(
        exampleUse(sum, registry)
          .replace(/^loss:/, '')
          .replaceAll('\n', '\n  '),
      ).loss.use,
    ).toBe('acme/sum');
  });

  test('whose default is not registered says so where it is taken', () => {
    const around = defineLoss({
      name: 'acme/around',
      summary,
      consumes: 'pairs',
      options: { inner: { type: 'plugin', kind: 'loss', default: 'acme/missing', description } },
      create,
    });
    const registry = createRegistry([...fakes, around], defaults);
    expect(() => parseSpec(specWith('acme/around'), { registry })).toThrow('There is no loss named "acme/missing"');
    expect(parseSpec(specWith('{ use: acme/around, with: { inner: contrastive } }'), { registry }).loss.with).toEqual({
      inner: { use: 'contrastive', with: { margin: 1 } },
    });
  });
});

describe('a plugin that stands for itself', () => {
  const around = (name: string, inner: string | object, more: object = {}) =>
    defineLoss({
      name,
      summary,
      consumes: 'pairs',
      options: { inner: { type: 'plugin', kind: 'loss', default: inner as string, description } },
      create,
      ...more,
    });
  const refusal = (...plugins: Descriptor[]) => {
    try {
      createRegistry(plugins);
    } catch (error) {
      return (error as TwinspecError).problems.map(({ message }) => message);
    }
    return [];
  };

  test('is refused when it is registered, alone or over others', () => {
    expect(refusal(around('a', 'a'))).toEqual([
      'Plugin "a" (loss) has options that stand for it again: loss a -> loss a.',
    ]);
    expect(refusal(around('a', 'b'), around('b', 'a'))).toHaveLength(2);
    expect(refusal(around('a', { use: 'b', with: { inner: 'a' } }), around('b', 'c'), around('c', 'b'))).toHaveLength(
      3,
    );
  });

  test('is none where its default ends', () => {
    const [contrastive] = fakes.filter(({ name }) => name === 'contrastive');
    expect(refusal(around('a', { use: 'a', with: { inner: 'contrastive' } }), contrastive)).toEqual([]);
    expect(refusal(around('a', 'b'), around('b', 'contrastive'), contrastive)).toEqual([]);
  });

  test('is not taken by itself as the default of its kind', () => {
    const mean = defineReducer({
      name: 'mean',
      summary,
      options: { inner: { type: 'plugin', kind: 'reducer', description } },
      create,
    });
    const registry = createRegistry([...fakes.filter(({ kind }) => kind !== 'reducer'), mean], defaults);
    expect(() => parseSpec(smallest, { registry })).toThrow('"reducer" is missing');
  });
});

test('an engine is no option', () => {
  const options = { inner: { type: 'plugin', kind: 'engine', description } };
  const descriptor = defineDataset({ name: 'a', summary, yields: 'pairs', options: options as never, create });
  expect(() => createRegistry([descriptor])).toThrow('has an option "inner" whose schema is wrong at /kind');
});
