import type { ValidateFunction } from 'ajv';
import { createAjv, type JsonSchema } from '../plugin/json-schema.js';
import type { Kind } from '../plugin/kinds/index.js';
import { isSameName } from '../words/nearest.js';
import type { Registry } from '../plugin/registry.js';
import { checkFit } from './fit/check-fit.js';
import { specPage } from '../words/docs-page.js';
import { expandUse } from './shell/expand-use.js';
import type { Report } from './read/report.js';
import { resolve, type Work } from './shell/resolve.js';
import { shellSchema } from './shell/schema.js';
import { addSchemaProblems, adviseFrom, type Advice } from './shell/schema-problems.js';
import type { Spec } from './shell/spec.js';
import { child, dotted, isMapping, placeOf, type Tree } from './read/tree.js';

const shell: ValidateFunction = createAjv().compile(shellSchema);

/**
 * Validates a tree and makes the spec of it: every default filled in, every short form written out, deeply frozen. First
 * the shell, then the options of each plugin, then how the parts fit together. Throws all problems at once.
 */
export function validate(tree: Tree, registry: Registry, report: Report): Spec {
  if (isOfOtherVersion(tree, report)) report.settle();
  const work: Work = { tree, registry, report, meant: new Map() };
  const adviseKey = (key: string, parent: string, schema: JsonSchema) => adviseShell(key, parent, schema, work);
  if (!shell(tree.value)) addSchemaProblems(shell.errors ?? [], { ...work, pointer: '', adviseKey, docs: specPage });
  const spec = isMapping(tree.value) ? (resolve(shellSchema, tree.value, '', work) as Spec) : null;
  report.settle();
  checkFit(spec!, work);
  report.settle();
  return deepFreeze(spec!);
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
  const options = optionsNamed(key, work.registry, work.tree.value);
  return options.length > 0 ? { hint: `It is an option of a plugin: ${options.join(' or ')}.` } : here;
}

/** Where the shell has a key, under this name or another that people use for it. */
function pointersOf(key: string, schema: JsonSchema, pointer = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const at = child(pointer, name);
    const names = [name, ...((property['also'] as readonly string[] | undefined) ?? [])];
    return [...(names.some((other) => isSameName(key, other)) ? [at] : []), ...pointersOf(key, property, at)];
  });
}

/** Paths to this option in the plugins that the spec uses. */
function optionsNamed(key: string, registry: Registry, value: unknown, schema = shellSchema, pointer = ''): string[] {
  const kind = schema['plugin'] as Kind | undefined;
  if (kind !== undefined) {
    const name = expandUse(registry, kind, value, '').long?.['use'];
    const plugin = typeof name === 'string' ? registry.find(kind, name) : undefined;
    return plugin && Object.hasOwn(plugin.options, key) ? [`${dotted(pointer)}.with.${key}`] : [];
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    optionsNamed(key, registry, isMapping(value) ? value[name] : undefined, property, child(pointer, name)),
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
