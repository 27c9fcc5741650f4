import { TwinspecError } from '../errors.js';
import { sizeOf, type Initializer, type TensorDeclaration } from './tensors.js';

type Declarations = Readonly<Record<string, TensorDeclaration>>;

/** In a descriptor: what its own weights or state are called. A name becomes part of a place. */
export const tensorNames = {
  type: 'array',
  items: { type: 'string', pattern: '^[a-zA-Z0-9_-]+$' },
  optional: true,
  expected: 'a list of names of letters and digits',
} as const;

/** Numbers that each sort of first values takes. */
const numbers = {
  constant: ['value'],
  uniform: ['min', 'max'],
  normal: ['mean', 'stddev'],
  'truncated-normal': ['mean', 'stddev'],
  orthogonal: ['gain'],
  given: [],
} as const satisfies Record<Initializer['kind'], readonly string[]>;

/**
 * Hands on what a plugin declares of tensors of its own: one declaration for each name that its descriptor states, each with
 * a shape and first values that make sense.
 *
 * @param family `weights` or `state`
 * @throws PLUGIN_FAILED
 */
export function expectDeclared(
  family: string,
  names: readonly string[],
  declared: Declarations | undefined,
): Declarations {
  const given = Object(declared) as Declarations;
  const missing = names.find((name) => !Object.hasOwn(given, name));
  if (missing !== undefined)
    refuse(`it gives no declaration of "${missing}", which the descriptor states in ${family}.`);
  for (const [name, declaration] of Object.entries(given)) {
    if (!names.includes(name))
      refuse(`it declares "${name}"; state its name in the descriptor, ${family}: ['${name}'].`);
    checkDeclaration(name, declaration);
  }
  return given;
}

function checkDeclaration(name: string, declaration: Partial<TensorDeclaration> | null): void {
  if (typeof declaration !== 'object' || declaration === null)
    return refuse(`"${name}" is ${String(declaration)}; expected { shape, init }.`);
  const { shape, init } = declaration;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0))
    return refuse(`"${name}" has shape ${JSON.stringify(shape)}; expected a list of whole numbers from 1.`);
  checkInitializer(name, shape as readonly number[], init);
}

function checkInitializer(name: string, shape: readonly number[], init: Initializer | undefined): void {
  const kind = init?.kind as keyof typeof numbers;
  if (!Object.hasOwn(numbers, kind))
    refuse(
      `"${name}" has first values of kind ${JSON.stringify(kind)}; the kinds are ${Object.keys(numbers).join(', ')}.`,
    );
  for (const key of numbers[kind]) {
    const value = (init as unknown as Readonly<Record<string, unknown>>)[key];
    if (!Number.isFinite(value))
      refuse(`"${name}" has ${kind} first values with ${key}: ${String(value)}; expected a number.`);
  }
  if (init?.kind !== 'given') return;
  const values = Array.from((init.data as ArrayLike<number> | undefined) ?? []);
  if (values.length !== sizeOf(shape))
    refuse(
      `"${name}" of shape [${shape.join(', ')}] is given ${values.length} first values; expected ${sizeOf(shape)}.`,
    );
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) refuse(`First value ${bad} of "${name}" is ${String(values[bad])}; expected a number.`);
}

function refuse(why: string): never {
  throw new TwinspecError('PLUGIN_FAILED', why);
}
