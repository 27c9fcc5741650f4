import type { ValidateFunction } from 'ajv';
import { createAjv, jsonSchema, type JsonSchema } from '../schema/json-schema.js';
import type { Schema } from '../schema/schema.js';
import type { Problem } from '../errors.js';
import type { Kind } from '../plugin/kinds/index.js';
import { isSameName } from '../words/nearest.js';
import type { Registry } from '../plugin/registry.js';
import { complete } from '../plugin/uses.js';
import { everyUse } from './plugin-uses.js';
import { checkFit } from './fit/check-fit.js';
import { specPage } from '../words/docs-page.js';
import type { Report } from './read/report.js';
import { namedBy } from './shell/inner-schema.js';
import { checkUses, type Work } from './shell/check-uses.js';
import { shellSchema } from './shell/schema.js';
import { addSchemaProblems, adviseFrom, type Advice } from './shell/schema-problems.js';
import type { Spec } from './shell/spec.js';
import { isMapping } from '../schema/mapping.js';
import { child, dotted, placeOf, type Tree } from './read/tree.js';

const shell: ValidateFunction = createAjv().compile(jsonSchema(shellSchema));

/**
 * Validates a tree and makes the spec of it: every default filled in, every short form written out, deeply frozen. First
 * the shell, then the options of each plugin, then how the parts fit together. Throws all problems at once.
 */
export function validate(tree: Tree, registry: Registry, report: Report): Spec {
  if (isOfOtherVersion(tree, report)) report.settle();
  const work: Work = { tree, registry, report, meant: new Map() };
  const spec = validateBy(shellSchema, shell, work) as Spec;
  checkFit(spec, work);
  report.settle();
  valid.set(deepFreeze(spec), { registry, warnings: report.warned });
  return spec;
}

const valid = new WeakMap<object, { readonly registry: Registry; readonly warnings: readonly Problem[] }>();

/** The warnings about a value that `validate` gave, by the same plugins; null for any other. */
export function knownWarnings(value: unknown, registry: Registry): readonly Problem[] | null {
  const known = valid.get(value as object);
  if (!known) return null;
  const uses = everyUse(value as Spec, known.registry);
  const isSame = uses.every(({ kind, use }) => registry.find(kind, use.use) === known.registry.find(kind, use.use));
  return isSame ? known.warnings : null;
}

/** The shell, or a part of it, and the plugins that it names. */
export function validateBy(schema: Schema, check: ValidateFunction, work: Work): unknown {
  const { tree, registry, report } = work;
  const adviseKey = (key: string, parent: string, schema: JsonSchema) => adviseShell(key, parent, schema, work);
  if (!check(tree.value)) addSchemaProblems(check.errors ?? [], { ...work, pointer: '', adviseKey, docs: specPage });
  if (isMapping(tree.value)) checkUses(schema, tree.value, '', work);
  report.settle();
  return complete(schema, tree.value, registry);
}

/** A spec of another version would only give problems that say nothing. */
function isOfOtherVersion(tree: Tree, report: Report): boolean {
  const version = isMapping(tree.value) ? tree.value['version'] : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version === 1) return false;
  report.add(placeOf(tree, '/version'), {
    code: 'SPEC_INVALID',
    path: 'version',
    message: `This copy of Twinspec reads specs of version 1; received version ${version}.`,
    hint: version > 1 ? 'Update twinspec, or write the spec in version 1.' : 'Write version: 1.',
    docs: specPage,
  });
  return true;
}

function adviseShell(key: string, parent: string, schema: JsonSchema, work: Work): Advice {
  const here = adviseFrom(key, parent, schema);
  if (here.meant !== undefined) return here;
  const elsewhere = pointersOf(key, shellSchema);
  if (elsewhere.length > 0)
    return { hint: `It belongs elsewhere: ${elsewhere.map(dotted).join(' or ')}.`, meant: elsewhere[0] };
  const options = optionsNamed(key, work.registry, work.tree.value, shellSchema);
  return options.length > 0 ? { hint: `It is an option of a plugin: ${options.join(' or ')}.` } : here;
}

/** Where the shell has a key, under this name or another that people use for it. */
function pointersOf(key: string, schema: Schema, pointer = ''): string[] {
  if (schema.type !== 'object') return [];
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const at = child(pointer, name);
    const names = [name, ...(property.also ?? [])];
    return [...(names.some((other) => isSameName(key, other)) ? [at] : []), ...pointersOf(key, property, at)];
  });
}

/** Paths to this option in the plugins that the keys of a spec name. */
function optionsNamed(key: string, registry: Registry, value: unknown, schema: Schema, pointer = ''): string[] {
  if (schema.type === 'plugin') {
    const plugin = namedBy(value, schema.kind as Kind, registry);
    return plugin && Object.hasOwn(plugin.options, key) ? [`${dotted(pointer)}.with.${key}`] : [];
  }
  if (schema.type !== 'object') return [];
  return Object.entries(schema.properties).flatMap(([name, property]) =>
    optionsNamed(key, registry, isMapping(value) ? value[name] : undefined, property, child(pointer, name)),
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
