import type { ValidateFunction } from 'ajv';
import type { Kind } from '../../plugin/kinds/index.js';
import { kindPage, pluginPage } from '../../plugin/pages.js';
import { autoEngine, explainUnknown, type Registry } from '../../plugin/registry.js';
import { longForm, optionsOf } from '../../plugin/uses.js';
import { createAjv, type JsonSchema } from '../../schema/json-schema.js';
import { isRequired, type Schema } from '../../schema/schema.js';
import { specPage } from '../../words/docs-page.js';
import type { Report } from '../read/report.js';
import { useSchema } from './schema.js';
import { addSchemaProblems, adviseFrom, type Advice } from './schema-problems.js';
import { useFault } from './use-fault.js';
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

/** Reports what is wrong with the plugins that a value names by a schema, and with their options. */
export function checkUses(schema: Schema, value: unknown, pointer: string, work: Work): void {
  const given = value === undefined ? schema.default : value;
  if (given === null && schema.nullable) return;
  switch (schema.type) {
    case 'plugin':
      return checkUse(schema.kind as Kind, given, pointer, work);
    case 'array':
      if (Array.isArray(given))
        given.forEach((item, index) => checkUses(schema.items, item, child(pointer, index), work));
      break;
    case 'object':
      if (given === undefined ? isRequired(schema) : !isMapping(given)) return;
      for (const [key, property] of Object.entries(schema.properties))
        checkUses(property, (given as Mapping | undefined)?.[key], child(pointer, key), work);
  }
}

function checkUse(kind: Kind, value: unknown, pointer: string, work: Work): void {
  const { tree, registry, report, meant } = work;
  const misnamed = value === undefined ? meant.get(pointer) : undefined;
  if (misnamed !== undefined) return checkUse(kind, valueAt(tree.value, misnamed), misnamed, work);
  const path = dotted(pointer);
  const long = longForm(registry, kind, value);
  if (long === null) {
    const place = placeOf(tree, pointer, value === undefined ? 'key' : 'value');
    const fault = useFault(registry, kind, value, path);
    return report.add(place, { code: 'SPEC_INVALID', path, ...fault, docs: kindPage(kind) });
  }
  const { use: name, with: given = {} } = long;
  const plugin = typeof name === 'string' ? registry.find(kind, name) : undefined;
  const options = Object.keys(plugin?.options ?? {});
  const adviseKey = (key: string, parent: string, schema: JsonSchema): Advice =>
    options.includes(key)
      ? { hint: `It is an option: write it under with, as ${path}.with.${key}.` }
      : adviseFrom(key, parent, schema);
  if (!use(long)) addSchemaProblems(use.errors ?? [], { tree, report, pointer, meant, adviseKey, docs: specPage });
  if (typeof name !== 'string') return;
  if (kind === 'engine' && name === autoEngine) return checkAuto(given, pointer, work);
  if (!plugin) {
    const place = placeOf(tree, isMapping(value) ? child(pointer, 'use') : pointer);
    const finding = explainUnknown(registry, kind, name);
    const standard = registry.defaultOf(kind);
    const takesNumber = standard !== undefined && registry.find(kind, standard)?.shorthand !== undefined;
    const number = takesNumber ? numberHint(name) : undefined;
    const hint = number ? { hint: number } : {};
    return report.add(place, { code: 'SPEC_INVALID', path, ...finding, ...hint, docs: kindPage(kind) });
  }
  if (!isMapping(given)) return;
  addSchemaProblems(registry.optionErrors(plugin, given), {
    tree,
    report,
    pointer: child(pointer, 'with'),
    meant,
    adviseKey: adviseFrom,
    docs: pluginPage(kind, name),
    owner: `option of ${kind} "${name}"`,
  });
  checkUses(optionsOf(plugin), given, child(pointer, 'with'), work);
}

function valueAt(root: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce((value, key) => (isMapping(value) ? value[key] : undefined), root);
}

function checkAuto(given: unknown, pointer: string, { tree, report }: Work): void {
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
}
