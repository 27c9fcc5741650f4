import type { ValidateFunction } from 'ajv';
import type { Unit } from '../plugin/dataset.js';
import { createAjv, type JsonSchema } from '../plugin/json-schema.js';
import type { Kind } from '../plugin/kinds.js';
import { autoEngine, explainUnknown, type Registry } from '../plugin/registry.js';
import { misfit } from '../plugin/units.js';
import { expandUse } from './expand-use.js';
import type { Report } from './report.js';
import { shellSchema, useSchema } from './schema.js';
import { addSchemaProblems, nearestKey, type Context } from './schema-problems.js';
import type { PluginUse, Spec } from './spec.js';
import { child, dotted, isMapping, placeOf, type Mapping, type Tree } from './tree.js';

const ajv = createAjv();
const shell: ValidateFunction = ajv.compile(shellSchema);
const use: ValidateFunction = ajv.compile(useSchema);

/**
 * Validates a tree and makes the spec of it: every default filled in, every short form written out, deeply frozen. First
 * the shell, then the options of each plugin, then how the parts fit together. Throws all problems at once.
 */
export function validate(tree: Tree, registry: Registry, report: Report): Spec {
  if (fromOtherVersion(tree, report)) report.settle();
  const context: Context = { tree, report, pointer: '', unknownKey: unknownShellKey };
  if (!shell(tree.value)) addSchemaProblems(shell.errors ?? [], context);
  const spec = isMapping(tree.value) ? resolve(shellSchema, tree.value, '', { tree, registry, report }) : null;
  report.settle();
  checkUnits(spec as Spec, { tree, registry, report });
  report.settle();
  return deepFreeze(spec as Spec);
}

interface Work {
  readonly tree: Tree;
  readonly registry: Registry;
  readonly report: Report;
}

/** A spec of another version would only give problems that say nothing. */
function fromOtherVersion(tree: Tree, report: Report): boolean {
  const version = isMapping(tree.value) ? tree.value['version'] : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version === 1) return false;
  report.add(placeOf(tree, '/version'), {
    code: 'SPEC_INVALID',
    path: 'version',
    message: `This copy of Twinspec reads specs of version 1; received version ${version}.`,
    hint: version > 1 ? 'Update twinspec, or write the spec in version 1.' : 'Write version: 1.',
  });
  return true;
}

function unknownShellKey(key: string, known: readonly string[]): string {
  const elsewhere = placesOfKey(shellSchema, key).filter((path) => path !== key);
  return elsewhere.length > 0 ? `It belongs further down: ${elsewhere.join(' or ')}.` : nearestKey(key, known);
}

function placesOfKey(schema: JsonSchema, key: string, path = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    ...(name === key ? [path + name] : []),
    ...placesOfKey(property, key, `${path}${name}.`),
  ]);
}

function resolve(schema: JsonSchema, value: unknown, pointer: string, work: Work): unknown {
  if (schema['plugin'] !== undefined) return resolveUse(schema['plugin'] as Kind, value, pointer, work);
  if (!schema.properties) return value === undefined ? schema.default : value;
  if (value !== undefined && !isMapping(value)) return null;
  return Object.fromEntries(
    Object.entries(schema.properties).map(([key, property]) => [
      key,
      resolve(property, value?.[key], child(pointer, key), work),
    ]),
  );
}

function resolveUse(kind: Kind, value: unknown, pointer: string, work: Work): PluginUse | null {
  const { tree, registry, report } = work;
  const path = dotted(pointer);
  const expanded = expandUse(registry, kind, value, path);
  if (expanded.fault) {
    const part = value === undefined ? 'key' : 'value';
    report.add(placeOf(tree, pointer, part), { code: 'SPEC_INVALID', path, ...expanded.fault });
    return null;
  }
  const { long } = expanded;
  const name = long['use'];
  const plugin = typeof name === 'string' ? registry.find(kind, name) : undefined;
  const options = Object.keys(plugin?.options ?? {});
  const unknownKey = (key: string, known: readonly string[]) =>
    options.includes(key) ? `It is an option: write it under with, as ${path}.with.${key}.` : nearestKey(key, known);
  if (!use(long)) addSchemaProblems(use.errors ?? [], { tree, report, pointer, unknownKey });
  if (typeof name !== 'string') return null;
  if (kind === 'engine' && name === autoEngine) return autoUse(long, pointer, work);
  if (!plugin) {
    const at = isMapping(value) ? child(pointer, 'use') : pointer;
    report.add(placeOf(tree, at), { code: 'SPEC_INVALID', path, ...explainUnknown(registry, kind, name) });
    return null;
  }
  const given = long['with'] === undefined ? {} : long['with'];
  if (!isMapping(given)) return null;
  const at = child(pointer, 'with');
  const owner = `the options of ${kind} "${name}"`;
  addSchemaProblems(registry.optionErrors(plugin, given), { tree, report, pointer: at, unknownKey: nearestKey, owner });
  const complete = Object.entries(plugin.options).map(([option, schema]) => [
    option,
    structuredClone(given[option] === undefined ? schema.default : given[option]),
  ]);
  return { use: name, with: Object.fromEntries(complete) as Mapping };
}

function autoUse(long: Mapping, pointer: string, { tree, report }: Work): PluginUse {
  for (const key of isMapping(long['with']) ? Object.keys(long['with']) : []) {
    const at = child(child(pointer, 'with'), key);
    report.add(placeOf(tree, at, 'key'), {
      code: 'SPEC_INVALID',
      path: dotted(at),
      message: 'The engine "auto" has no options.',
      hint: 'Name the engine that the option belongs to.',
    });
  }
  return { use: autoEngine, with: {} };
}

function checkUnits(spec: Spec, { tree, registry, report }: Work): void {
  const dataset = registry.get('dataset', spec.dataset.use);
  const sampler = registry.get('sampler', spec.training.sampler.use);
  const loss = registry.get('loss', spec.loss.use);
  const unit: Unit | undefined = sampler.yields[dataset.yields];
  if (!unit) {
    const takes = Object.keys(sampler.yields).join(' or ');
    report.add(placeOf(tree, '/training/sampler'), {
      code: 'SPEC_MISMATCH',
      path: 'training.sampler',
      message: `The sampler "${sampler.name}" takes ${takes}, but the dataset "${dataset.name}" yields ${dataset.yields}.`,
      hint: fitting(
        'sampler',
        registry.list('sampler').filter(({ yields }) => yields[dataset.yields]),
      ),
    });
    return;
  }
  const reason = misfit(unit, loss.consumes);
  if (reason === null) return;
  const from = unit === dataset.yields ? '' : `, which the sampler "${sampler.name}" makes ${unit} of`;
  report.add(placeOf(tree, '/loss'), {
    code: 'SPEC_MISMATCH',
    path: 'loss',
    message:
      `The loss "${loss.name}" consumes ${loss.consumes}, but the dataset "${dataset.name}" yields ` +
      `${dataset.yields}${from}: ${reason}.`,
    hint: fitting(
      'loss',
      registry.list('loss').filter(({ consumes }) => misfit(unit, consumes) === null),
    ),
  });
}

function fitting(kind: Kind, plugins: readonly { readonly name: string }[]): string {
  if (plugins.length === 0) return `No ${kind} that is registered fits; choose another dataset.`;
  return `What fits: ${plugins.map(({ name }) => name).join(', ')}.`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
