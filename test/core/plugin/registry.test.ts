import { defineDistance, defineLoss, defineSampler, TwinspecError, type Descriptor } from 'twinspec/plugin';
import { describe, expect, test } from 'vitest';
import { createRegistry, explainUnknown } from '../../../core/plugin/registry.js';

const create = () => ({ between: (a: never) => a });
const distance = (name: string, more: object = {}) => defineDistance({ name, summary: 'Far.', create, ...more });
const option = (schema: object) => ({ options: { power: { description: 'How much.', ...schema } } });

/** The messages of PLUGIN_INVALID for these descriptors. */
function faults(...descriptors: unknown[]): string[] {
  try {
    createRegistry(descriptors as Descriptor[]);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(TwinspecError);
    expect((error as TwinspecError).code).toBe('PLUGIN_INVALID');
    return (error as TwinspecError).problems.map(({ message }) => message);
  }
}

describe('createRegistry', () => {
  test('finds by kind and name, lists by name, knows defaults', () => {
    const registry = createRegistry([distance('euclidean'), distance('acme/cosine')], { distance: 'euclidean' });
    expect(registry.get('distance', 'acme/cosine').name).toBe('acme/cosine');
    expect(registry.find('loss', 'euclidean')).toBeUndefined();
    expect(registry.find('distance', 'constructor')).toBeUndefined();
    expect(registry.list('distance').map(({ name }) => name)).toEqual(['acme/cosine', 'euclidean']);
    expect(registry.defaultOf('distance')).toBe('euclidean');
    expect(registry.defaultOf('loss')).toBeUndefined();
    expect(registry.defaultOf('engine')).toBe('auto');
    expect(Object.isFrozen(registry)).toBe(true);
  });

  test('registries do not share plugins', () => {
    createRegistry([distance('euclidean')]);
    expect(createRegistry([]).list('distance')).toEqual([]);
  });

  test('refuses a default that is not there', () => {
    expect(() => createRegistry([], { loss: 'contrastive' })).toThrow('default loss "contrastive" is not registered');
  });

  test('refuses the same name twice, in one kind only', () => {
    expect(faults(distance('far'), distance('far'))).toEqual(['Plugin "far" (distance) is registered twice.']);
    const twice = () => createRegistry([distance('far'), distance('far')]);
    expect(twice).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ hint: expect.stringContaining('--plugin') as string })],
      }) as Error,
    );
    const loss = defineLoss({
      name: 'far',
      summary: 'Far.',
      consumes: 'pairs',
      create: () => ({ values: (i) => i.distance }),
    });
    expect(faults(distance('far'), loss)).toEqual([]);
  });

  test('tells all faults of all descriptors', () => {
    const found = faults({ ...distance('Bad Name'), summary: ' ' }, { ...distance('far'), create: undefined });
    expect(found).toHaveLength(3);
    expect(found[0]).toContain('"Bad Name"');
    expect(found[1]).toContain('no summary');
    expect(found[2]).toContain('no create function');
  });

  test.each([
    ['nothing', undefined, 'is not a descriptor'],
    [
      'a later API',
      { ...distance('far'), apiVersion: 3 },
      'made for plugin API 3; this copy of Twinspec speaks 2. Update',
    ],
    [
      'the first API',
      { ...distance('far'), apiVersion: 1 },
      'made for plugin API 1; this copy of Twinspec speaks 2. For its kind that means: state reach: { normalized: 2 } instead',
    ],
    [
      'the first API of a kind that did not change',
      { ...distance('far'), kind: 'reducer', apiVersion: 1 },
      'Nothing changed for its kind. Then let it import twinspec/plugin of this release. See docs/decisions/plugin-api-2.md',
    ],
    ['no API', { ...distance('far'), apiVersion: undefined }, 'Define it with the define functions of twinspec/plugin'],
    [
      'a key of the first API',
      distance('far', { largestNormalized: 2 }),
      'unknown key "largestNormalized". State reach: { normalized: … } instead',
    ],
    ['another kind', { ...distance('far'), kind: 'metric' }, 'unknown kind "metric"; the kinds are base, distance'],
    ['a misspelled key', distance('far', { opitons: {} }), 'unknown key "opitons". Did you mean "options"?'],
    ['wrong services', distance('far', { inject: 'tf' }), 'injects "tf"'],
    ['options that are a list', distance('far', { options: [] }), 'has options []'],
    ['an option by a dangerous name', distance('far', { options: { constructor: {} } }), '"constructor"'],
    ['an option without type', distance('far', option({})), 'has type undefined; the types are number, integer'],
    ['an option without description', distance('far', { options: { p: { type: 'number' } } }), 'lacks "description"'],
    [
      'a misspelled keyword',
      distance('far', option({ type: 'number', minimun: 0 })),
      '"minimun", which is not supported',
    ],
    ['a pattern', distance('far', option({ type: 'string', pattern: '^(a+)+$' })), '"pattern", which is not supported'],
    [
      'a default out of range',
      distance('far', option({ type: 'number', minimum: 0, default: -1 })),
      'default -1 breaks',
    ],
    ['a default of another type', distance('far', option({ type: 'integer', default: 1.5 })), 'it must be integer'],
    ['a null default', distance('far', option({ type: 'number', default: null })), 'default null breaks'],
    ['a shorthand that is no option', distance('far', { shorthand: 'power' }), 'shorthand "power", which is none'],
    [
      'a shorthand that is text',
      distance('far', { ...option({ type: 'string' }), shorthand: 'power' }),
      'of type string',
    ],
    [
      'a loss without consumes',
      { ...distance('far'), kind: 'loss' },
      'has consumes: undefined; defineLoss takes one of',
    ],
    ['a distance that claims too much', distance('far', { claims: ['metric'] }), 'has claims: ["metric"]'],
    [
      'a largest distance of nothing',
      distance('far', { reach: { normalized: 0 } }),
      'defineDistance takes positive numbers for normalized, any or both',
    ],
    [
      'a margin that is no option',
      { ...distance('far'), kind: 'loss', consumes: 'pairs', margins: ['gap'] },
      'has margins: ["gap"]; defineLoss takes a list of names of its options of type number',
    ],
    [
      'an option that holds out and does not exist',
      { ...distance('far'), kind: 'dataset', yields: 'pairs', holdsOut: 'share' },
      'has holdsOut: "share"; defineDataset takes the name of one of its options',
    ],
    [
      'a wait that is text',
      { ...distance('far', option({ type: 'string', default: 'x' })), kind: 'schedule', waits: ['power'] },
      'has waits: ["power"]',
    ],
    [
      'a metric to follow that is no option',
      { ...distance('far'), kind: 'schedule', follows: 'metric' },
      'has follows: "metric"; defineSchedule takes the name of one of its options',
    ],
    [
      'a number of axes',
      { ...distance('far'), kind: 'base', takes: 3 },
      'has takes: 3; defineBase takes a list of names',
    ],
    ['conflicts that are a list', distance('far', { conflicts: [] }), 'it must be a function of the options'],
    ['an engine called auto', { ...distance('auto'), kind: 'engine', priority: 1, probe: create }, 'reserved'],
    ['an engine without probe', { ...distance('fast'), kind: 'engine', priority: 1 }, 'has probe: undefined'],
    ['a sampler of unknown units', { ...distance('s'), kind: 'sampler', yields: { rows: 'quads' } }, 'has yields'],
  ])('refuses %s', (_, descriptor, message) => {
    expect(faults(descriptor).join('\n')).toContain(message);
  });

  test('takes nullable options, also with a choice', () => {
    const mode = { type: 'string', enum: ['a', 'b'], nullable: true, default: null, description: 'Which.' };
    const registry = createRegistry([distance('far', { options: { mode } })]);
    const plugin = registry.get('distance', 'far');
    expect(registry.optionErrors(plugin, {})).toEqual([]);
    expect(registry.optionErrors(plugin, { mode: null })).toEqual([]);
    expect(registry.optionErrors(plugin, { mode: 'b' })).toEqual([]);
    expect(registry.optionErrors(plugin, { mode: 'c' })).not.toEqual([]);
    expect(registry.optionErrors(plugin, { mood: 'b' })).not.toEqual([]);
  });
});

describe('unknown names', () => {
  const shuffle = defineSampler({
    name: 'shuffle',
    summary: 'Mix.',
    yields: { rows: 'rows' },
    create: () => ({ epoch: () => ({ batches: 0, batch: never }) }),
  });
  const registry = createRegistry([distance('euclidean'), distance('cosine'), shuffle]);

  test('the nearest one and what exists', () => {
    expect(explainUnknown(registry, 'distance', 'Euclidian')).toEqual({
      message: 'There is no distance named "Euclidian".',
      hint: 'Did you mean "euclidean"? Available: cosine, euclidean.',
    });
  });

  test('how to load one of your own, when none is near', () => {
    const { hint } = explainUnknown(registry, 'distance', 'hamming');
    expect(hint).toBe(
      'Available: cosine, euclidean. Your own comes from a file with defineDistance, loaded with --plugin FILE.',
    );
  });

  test('a name of another kind', () => {
    expect(explainUnknown(registry, 'distance', 'shuffle').hint).toContain(
      'There is a sampler of that name, not a distance.',
    );
  });

  test('get throws SPEC_INVALID', () => {
    expect(() => registry.get('engine', 'gpu')).toThrowError(expect.objectContaining({ code: 'SPEC_INVALID' }));
  });
});

function never(): never {
  throw new Error('not for running');
}
