import type { ErrorObject } from 'ajv';
import type { JsonSchema } from '../plugin/json-schema.js';
import { nearest } from '../plugin/nearest.js';
import type { Report } from './report.js';
import { child, dotted, placeOf, type Tree } from './tree.js';
import { expected, quote, received } from './words.js';

export interface Context {
  readonly tree: Tree;
  readonly report: Report;
  /** JSON pointer of the value that was validated. */
  readonly pointer: string;
  /** What is right instead of an unknown key. */
  readonly unknownKey: (key: string, known: readonly string[]) => string;
  /** How a message names the value that has an unknown key. */
  readonly owner?: string;
}

/** Turns ajv's errors into problems: one for each unknown or missing key and for each value that is wrong. */
export function addSchemaProblems(errors: readonly ErrorObject[], context: Context): void {
  const wrong = new Set<string>();
  for (const error of errors) {
    if (error.keyword === 'additionalProperties') addUnknownKey(error, context);
    else if (error.keyword === 'required') addMissingKey(error, context);
    else if (!error.schemaPath.includes('/anyOf/')) {
      const schema = ownerSchema(error);
      const at = context.pointer + error.instancePath;
      if (!wrong.has(at)) addWrongValue(at, schema, error.data, context);
      wrong.add(at);
    }
  }
}

function ownerSchema(error: ErrorObject): JsonSchema {
  return error.parentSchema as JsonSchema;
}

function addUnknownKey(error: ErrorObject, { tree, report, pointer, owner, unknownKey }: Context): void {
  const key = (error.params as { additionalProperty: string }).additionalProperty;
  const parent = pointer + error.instancePath;
  const at = child(parent, key);
  const holder = owner ?? (parent === '' ? 'a spec' : `"${dotted(parent)}"`);
  report.add(placeOf(tree, at, 'key'), {
    code: 'SPEC_INVALID',
    path: dotted(at),
    message: `There is no ${quote(key)} in ${holder}.`,
    hint: unknownKey(key, Object.keys(ownerSchema(error).properties ?? {})),
  });
}

function addMissingKey(error: ErrorObject, { tree, report, pointer }: Context): void {
  const key = (error.params as { missingProperty: string }).missingProperty;
  const schema = ownerSchema(error).properties![key];
  const parent = pointer + error.instancePath;
  const at = child(parent, key);
  const about = schema.description === undefined ? '' : ` ${schema.description}`;
  report.add(placeOf(tree, parent, 'key'), {
    code: 'SPEC_INVALID',
    path: dotted(at),
    message: `"${dotted(at)}" is missing.`,
    hint: `It must be ${expected(schema)}.${about}`,
  });
}

function addWrongValue(at: string, schema: JsonSchema, data: unknown, { tree, report }: Context): void {
  const subject = at === '' ? 'A spec' : `"${dotted(at)}"`;
  const hints = [
    ...(schema.default === undefined ? [] : [`Default: ${JSON.stringify(schema.default)}.`]),
    ...(schema.description === undefined ? [] : [schema.description]),
  ];
  report.add(placeOf(tree, at), {
    code: 'SPEC_INVALID',
    path: dotted(at),
    message: `${subject} must be ${expected(schema)}; received ${received(data)}.`,
    hint: hints.join(' '),
  });
}

/** "Did you mean" for a key, or the keys that there are. */
export function nearestKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  if (meant) return `Did you mean "${meant}"?`;
  return known.length === 0 ? 'It takes none.' : `Known here: ${known.join(', ')}.`;
}
