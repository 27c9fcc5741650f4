import { TwinspecError } from '../errors.js';
import type { Run } from './attribute.js';
import { expectDeclared } from './declared.js';
import { expectShape } from './expect-shape.js';
import type { Consumes, Loss, LossDescriptor, LossOutput, Term } from './kinds/loss.js';
import type { Tensor, Tensors } from './tensors.js';

export function guardedLoss<C extends Consumes>(run: Run, loss: Loss<C>, descriptor: LossDescriptor): Loss<C> {
  const { weights, state, nextState } = loss;
  const [named] = descriptor.state ?? [];
  if (named !== undefined && nextState === undefined)
    run('nextState', () => refuse(`its descriptor states state "${named}", and there is no such function.`));
  return {
    values: (inputs) => run('values', () => expectTerms(loss.values(inputs))),
    weights: (shape) =>
      run('weights', () => expectDeclared('weights', descriptor.weights ?? [], weights?.call(loss, shape))),
    state: (shape) => run('state', () => expectDeclared('state', descriptor.state ?? [], state?.call(loss, shape))),
    ...(nextState && {
      nextState: (inputs) =>
        run('nextState', () => {
          const next = nextState.call(loss, inputs) as Tensors | undefined;
          const entries = (descriptor.state ?? []).map((name) => [
            name,
            expectShape(`"${name}" of what it gives`, next?.[name], inputs.state[name].shape),
          ]);
          return Object.fromEntries(entries) as Tensors;
        }),
    }),
  };
}

function expectTerms(output: LossOutput | undefined): LossOutput {
  if (isTensor(output)) {
    expectTerm('what it gives', { values: output });
    return output;
  }
  const terms = Object.entries(Object(output) as Readonly<Record<string, Partial<Term> | undefined>>);
  if (terms.length === 0) refuse('what it gives is neither a tensor nor named terms.');
  for (const [name, term] of terms) expectTerm(`term "${name}"`, term);
  return output!;
}

function expectTerm(what: string, term: Partial<Term> | undefined): void {
  const { values, mask, weight, divisor } = term ?? {};
  if (!isTensor(values)) return refuse(`${what} is not a tensor.`);
  if (values.dtype !== 'float32') refuse(`${what} is ${values.dtype}; expected float32.`);
  if (values.rank === 0 && divisor === undefined)
    refuse(
      `${what} is a single number.`,
      'Give one value for each element, and the reducer of the spec makes the number; of what is reduced already, a term { values, divisor: 1 }.',
    );
  if (mask !== undefined) {
    if (!isTensor(mask)) return refuse(`${what} has a mask that is not a tensor.`);
    if (String(mask.shape) !== String(values.shape))
      refuse(
        `${what} has values of shape ${shown(values)} and a mask of shape ${shown(mask)}.`,
        'Give the mask the shape of the values.',
      );
  }
  if (weight !== undefined && !Number.isFinite(weight))
    refuse(`${what} has the weight ${String(weight)}; expected a number.`);
  if (divisor === undefined) return;
  const fits = isTensor(divisor) ? divisor.rank === 0 : Number.isFinite(divisor) && divisor !== 0;
  if (!fits)
    refuse(
      `${what} has the divisor ${isTensor(divisor) ? `of shape ${shown(divisor)}` : String(divisor)}; expected a number but 0, or a scalar.`,
    );
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

function shown({ shape }: Tensor): string {
  return `[${shape.join(', ')}]`;
}

function refuse(why: string, hint?: string): never {
  throw new TwinspecError('PLUGIN_FAILED', why, hint === undefined ? {} : { hint });
}
