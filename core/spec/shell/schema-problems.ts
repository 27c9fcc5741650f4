import type { ErrorObject } from 'ajv';
import { expected } from '../../schema/expected.js';
import type { JsonSchema } from '../../schema/json-schema.js';
import { isSameName, nearest } from '../../words/nearest.js';
import type { Report } from '../read/report.js';
import { child, dotted, placeOf, type Tree } from '../read/tree.js';
import { valueHint } from './value-hint.js';
import { quote, received } from '../../words/received.js';

/** What is right instead of an unknown key. */
export interface Advice {
  readonly hint: string;
  /** JSON pointer of the key that was most likely meant. */
  readonly meant?: string;
}

export interface Context {
  readonly tree: Tree;
  readonly report: Report;
  /** JSON pointer of the value that was validated. */
  readonly pointer: string;
  /** JSON pointers of keys that unknown keys were most likely meant for -> those of the unknown ones. */
  readonly meant: Map<string, string>;
  readonly adviseKey: (key: string, parent: string, schema: JsonSchema) => Advice;
  readonly docs: string;
  /** What a message calls an unknown key of the value itself. */
  readonly owner?: string;
}

/** Nobody reads more of them. */
const mostUnknown = 200;
const start = 'Start with the lines `version: 1` and `name: my-experiment`.';

/** Turns ajv's errors into problems: one for each unknown or missing key and for each value that is wrong. */
export function addSchemaProblems(errors: readonly ErrorObject[], context: Context): void {
  const wrong = new Set<string>();
  const unknown = errors.filter(({ keyword }) => keyword === 'additionalProperties');
  for (const error of unknown.slice(0, mostUnknown)) addUnknownKey(error, context);
  for (const error of errors) {
    if (error.keyword === 'required') addMissingKey(error, context);
    else if (error.keyword !== 'additionalProperties' && !error.schemaPath.includes('/anyOf/')) {
      const at = context.pointer + error.instancePath;
      if (!wrong.has(at)) addWrongValue(at, error.parentSchema as JsonSchema, error.data, context);
      wrong.add(at);
    }
  }
}

function addUnknownKey(error: ErrorObject, { tree, report, pointer, owner, adviseKey, meant, docs }: Context): void {
  const key = (error.params as { additionalProperty: string }).additionalProperty;
  const parent = pointer + error.instancePath;
  const at = child(parent, key);
  const holder =
    (parent === pointer ? owner : undefined) ?? (parent === '' ? 'key at the top level' : `key in "${dotted(parent)}"`);
  const advice = adviseKey(key, parent, error.parentSchema as JsonSchema);
  if (advice.meant !== undefined) meant.set(advice.meant, at);
  const message = `Unknown ${holder}: ${quote(key)}.`;
  report.add(placeOf(tree, at, 'key'), { code: 'SPEC_INVALID', path: dotted(at), message, hint: advice.hint, docs });
}

function addMissingKey(error: ErrorObject, { tree, report, pointer, meant, docs }: Context): void {
  const key = (error.params as { missingProperty: string }).missingProperty;
  const schema = (error.parentSchema as JsonSchema).properties![key];
  const parent = pointer + error.instancePath;
  const at = child(parent, key);
  if (meant.has(at)) return;
  report.add(placeOf(tree, parent, 'key'), {
    code: 'SPEC_INVALID',
    path: dotted(at),
    message: `"${dotted(at)}" is missing.`,
    hint: ['It must be', `${expected(schema)}.`, schema.description].filter(Boolean).join(' '),
    docs,
  });
}

function addWrongValue(at: string, schema: JsonSchema, data: unknown, { tree, report, docs }: Context): void {
  const subject = at === '' ? 'A spec' : `"${dotted(at)}"`;
  const standard = schema.default === undefined ? undefined : `Default: ${JSON.stringify(schema.default)}.`;
  report.add(placeOf(tree, at), {
    code: 'SPEC_INVALID',
    path: dotted(at),
    message: `${subject} must be ${expected(schema)}; received ${received(data)}.`,
    hint:
      at === ''
        ? start
        : [valueHint(schema, data), standard, schema.description].filter(Boolean).join(' ') || undefined,
    docs,
  });
}

/** The nearest of the keys that there are, or all of them. */
export function adviseFrom(key: string, parent: string, schema: JsonSchema): Advice {
  const odd = oddKey(key);
  if (odd) return { hint: odd };
  const known = Object.entries(schema.properties ?? {});
  const names = known.map(([name]) => name);
  const alias = known.find(([, { also }]) => (also as string[] | undefined)?.some((name) => isSameName(key, name)));
  const meant = alias?.[0] ?? nearest(key, names);
  if (meant !== undefined) return { hint: `Did you mean "${meant}"?`, meant: child(parent, meant) };
  return { hint: names.length === 0 ? 'It takes none.' : `Known here: ${names.join(', ')}.` };
}

function oddKey(key: string): string | undefined {
  if (key === '<<') return 'YAML 1.2 has no merge keys: write the values out.';
  if (key === 'extends') return 'Only the top level of a spec file can extend another file.';
  return key.startsWith('//') ? 'A comment starts with #.' : undefined;
}
