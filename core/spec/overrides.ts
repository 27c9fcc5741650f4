import type { Kind } from '../plugin/kinds/index.js';
import { refusedKeys } from '../plugin/option-faults.js';
import type { Registry } from '../plugin/registry.js';
import { longForm } from '../plugin/uses.js';
import type { Schema } from '../schema/schema.js';
import { TwinspecError } from '../errors.js';
import { innerSchema } from './shell/inner-schema.js';
import type { Limits } from './read/limits.js';
import { parseYaml } from './read/parse.js';
import type { Report } from './read/report.js';
import { shellSchema } from './shell/schema.js';
import { emptyMapping, isMapping, type Mapping } from '../schema/mapping.js';
import { child, dotted, type Place, type Tree } from './read/tree.js';
import { quote, received } from '../words/received.js';

const afterEveryFile = 1e12;

/**
 * Sets values of a tree from texts `path.to.key=value`; the value is YAML, the last of the same path wins. Whether the
 * result is right is for the validation, whose problems then point at the override.
 */
export function applyOverrides(tree: Tree, overrides: readonly string[], work: Work): void {
  overrides.forEach((override, index) => {
    const place: Place = { set: override, order: afterEveryFile + index };
    const equals = override.indexOf('=');
    const keys = override.slice(0, equals).trim().split('.');
    if (equals < 1 || keys.includes('') || keys.some((key) => refusedKeys.has(key))) {
      const message = `${quote(override)} is no override.`;
      const hint = 'Write path.to.key=value, for instance training.epochs=5.';
      work.report.add(place, { code: 'CALL_INVALID', message, hint });
      return;
    }
    const value = parseValue(override.slice(equals + 1), place, work);
    if (value !== undefined) setValue(tree, keys, value, place, work);
  });
}

export interface Work {
  readonly registry: Registry;
  readonly limits: Limits;
  readonly report: Report;
}

function parseValue(text: string, place: Place, { limits, report }: Work): unknown {
  if (text.trim() === '') {
    const message = `"${place.set!.split('=')[0]}" is set to nothing.`;
    report.add(place, {
      code: 'CALL_INVALID',
      message,
      hint: 'Write a value after the equals sign; "" is an empty text.',
    });
    return undefined;
  }
  try {
    return parseYaml({ text, limits, place: () => place }).value;
  } catch (error) {
    if (!(error instanceof TwinspecError)) throw error;
    for (const problem of error.problems) report.add(place, problem);
    return undefined;
  }
}

function setValue(tree: Tree, keys: readonly string[], value: unknown, place: Place, { registry, report }: Work): void {
  let parent = tree.value;
  let pointer = '';
  let schema: Schema | undefined = shellSchema;
  for (const [index, key] of keys.entries()) {
    const entry = entryOf(parent, key);
    if (entry === null) {
      const path = dotted(pointer);
      const holder = path === '' ? 'The spec' : `"${path}"`;
      const message = `${holder} has nothing to set at ${quote(key)}: it is ${received(parent)}.`;
      const hint = Array.isArray(parent) ? `Its entries are 0 to ${parent.length - 1}.` : `Set "${path}" itself.`;
      report.add(place, { code: 'SPEC_INVALID', path: keys.join('.'), message, hint });
      return;
    }
    pointer = child(pointer, key);
    schema = innerSchema(schema, parent, key, registry);
    if (index === keys.length - 1) {
      forget(tree, pointer);
      tree.places.set(pointer, { key: place, value: place });
      entry.write(value);
      return;
    }
    const present = entry.value ?? structuredClone(schema?.default);
    const long = schema?.type === 'plugin' ? longForm(registry, schema.kind as Kind, present) : null;
    const next: unknown = long ?? present ?? emptyMapping();
    if (entry.value === undefined) tree.places.set(pointer, { key: place, value: place });
    entry.write(next);
    parent = next;
  }
}

/** The entry of a mapping or, by its number, of a list; null where there can be none. */
function entryOf(parent: unknown, key: string): { value: unknown; write(value: unknown): void } | null {
  const exists = Array.isArray(parent) ? /^\d+$/.test(key) && Number(key) < parent.length : isMapping(parent);
  if (!exists) return null;
  const holder = parent as Mapping;
  return { value: holder[key], write: (value) => void (holder[key] = value) };
}

function forget({ places }: Tree, pointer: string): void {
  for (const known of places.keys()) if (known.startsWith(`${pointer}/`)) places.delete(known);
}
