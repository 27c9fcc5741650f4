import type { ValidateFunction } from 'ajv';
import type { Kind } from '../../plugin/kinds/index.js';
import type { PluginUse } from '../../plugin/options.js';
import { kindPage, pluginPage } from '../../plugin/pages.js';
import { autoEngine, explainUnknown, optionsOf, type Registry } from '../../plugin/registry.js';
import { createAjv, type JsonSchema } from '../../schema/json-schema.js';
import { isRequired, type Schema } from '../../schema/schema.js';
import { specPage } from '../../words/docs-page.js';
import { expandUse } from './expand-use.js';
import type { Report } from '../read/report.js';
import { useSchema } from './schema.js';
import { addSchemaProblems, adviseFrom, type Advice } from './schema-problems.js';
import { numberHint } from './value-hint.js';
import { isMapping, type Mapping } from '../../schema/mapping.js';
import { child, dotted, keysOf, placeOf, type Tree } from '../read/tree.js';

/** What every step of a validation works on. */
export interface Work {
  readonly tree: Tree;
  readonly registry: Registry;
  readonly report: Report;
  /** See Context of schema-problems. */
  readonly meant: Map<string, string>;
}

const use: ValidateFunction = createAjv().compile(useSchema);

/** Fills defaults and writes short forms out, along a schema; reports what is wrong with plugins and their options. */
export function resolve(schema: Schema, value: unknown, pointer: string, work: Work): unknown {
  const given = value === undefined ? structuredClone(schema.default) : value;
  if (given === null && schema.nullable) return null;
  switch (schema.type) {
    case 'plugin':
      return resolveUse(schema.kind as Kind, given, pointer, work);
    case 'array':
      if (!Array.isArray(given)) return given;
      return given.map((item, index) => resolve(schema.items, item, child(pointer, index), work));
    case 'object': {
      if (given === undefined ? isRequired(schema) : !isMapping(given)) return null;
      const entries = Object.entries(schema.properties).map(([key, property]) => [
        key,
        resolve(property, isMapping(given) ? given[key] : undefined, child(pointer, key), work),
      ]);
      return Object.fromEntries(entries) as Mapping;
    }
    default:
      return given;
  }
}

function resolveUse(kind: Kind, value: unknown, pointer: string, work: Work): PluginUse | null {
  const { tree, registry, report, meant } = work;
  const misnamed = value === undefined ? meant.get(pointer) : undefined;
  if (misnamed !== undefined) return resolveUse(kind, valueAt(tree.value, misnamed), misnamed, work);
  const path = dotted(pointer);
  const expanded = expandUse(registry, kind, value, path);
  if (expanded.fault) {
    const place = placeOf(tree, pointer, value === undefined ? 'key' : 'value');
    report.add(place, { code: 'SPEC_INVALID', path, ...expanded.fault, docs: kindPage(kind) });
    return null;
  }
  const { long } = expanded;
  const { use: name, with: given = {} } = long;
  const plugin = typeof name === 'string' ? registry.find(kind, name) : undefined;
  const options = Object.keys(plugin?.options ?? {});
  const adviseKey = (key: string, parent: string, schema: JsonSchema): Advice =>
    options.includes(key)
      ? { hint: `It is an option: write it under with, as ${path}.with.${key}.` }
      : adviseFrom(key, parent, schema);
  if (!use(long)) addSchemaProblems(use.errors ?? [], { tree, report, pointer, meant, adviseKey, docs: specPage });
  if (typeof name !== 'string') return null;
  if (kind === 'engine' && name === autoEngine) return autoUse(given, pointer, work);
  if (!plugin) {
    const place = placeOf(tree, isMapping(value) ? child(pointer, 'use') : pointer);
    const finding = explainUnknown(registry, kind, name);
    const standard = registry.defaultOf(kind);
    const takesNumber = standard !== undefined && registry.find(kind, standard)?.shorthand !== undefined;
    const number = takesNumber ? numberHint(name) : undefined;
    report.add(place, {
      code: 'SPEC_INVALID',
      path,
      ...finding,
      ...(number ? { hint: number } : {}),
      docs: kindPage(kind),
    });
    return null;
  }
  if (!isMapping(given)) return null;
  addSchemaProblems(registry.optionErrors(plugin, given), {
    tree,
    report,
    pointer: child(pointer, 'with'),
    meant,
    adviseKey: adviseFrom,
    docs: pluginPage(kind, name),
    owner: `option of ${kind} "${name}"`,
  });
  return { use: name, with: resolve(optionsOf(plugin), given, child(pointer, 'with'), work) as Mapping };
}

function valueAt(root: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce((value, key) => (isMapping(value) ? value[key] : undefined), root);
}

function autoUse(given: unknown, pointer: string, { tree, report }: Work): PluginUse {
  for (const key of isMapping(given) ? Object.keys(given) : []) {
    const at = child(child(pointer, 'with'), key);
    report.add(placeOf(tree, at, 'key'), {
      code: 'SPEC_INVALID',
      path: dotted(at),
      message: 'The engine "auto" has no options.',
      hint: 'Name the engine that the option belongs to.',
      docs: kindPage('engine'),
    });
  }
  return { use: autoEngine, with: {} };
}
