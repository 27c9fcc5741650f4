import type { Consumes, Loss, LossInputsOf } from '../plugin/kinds/loss.js';
import type { Noise } from '../plugin/random.js';
import { under, within } from './places.js';

type Inputs = LossInputsOf[Consumes];

/** A loss inside of another, seen from there and from the core. */
export interface NestedLoss {
  /** What the loss around it gets: it finds its own part of the weights, the state and the noise by itself. */
  readonly instance: Pick<Loss, 'values'>;
  /** Prefix of what is its own among that of the loss around it, such as `losses/0`. */
  readonly scope: string;
  readonly loss: Loss;
  /** What it was called with in this step; null where it was not. */
  seen: Inputs | null;
}

export function nestedLoss(scope: string, loss: Loss): NestedLoss {
  const nested: NestedLoss = {
    scope,
    loss,
    seen: null,
    instance: {
      values(inputs) {
        const noise: Noise = (name, kind, shape) => inputs.noise(`${scope}/${name}`, kind, shape);
        nested.seen = { ...inputs, weights: within(scope, inputs.weights), state: within(scope, inputs.state), noise };
        return loss.values(nested.seen);
      },
    },
  };
  return nested;
}

/** A loss that stands around others, as one: what those declare is declared, carried and renewed with its own. */
export function around(loss: Loss, losses: readonly NestedLoss[]): Loss {
  if (losses.length === 0) return loss;
  const nested = losses.toSorted((one, other) => (one.scope < other.scope ? -1 : 1));
  const renewing = [loss, ...nested.map((inner) => inner.loss)].some(({ nextState }) => nextState !== undefined);
  const joined = <T>(of: (loss: Loss) => Readonly<Record<string, T>> | undefined) =>
    Object.assign({}, of(loss), ...nested.map((inner) => under(inner.scope, of(inner.loss) ?? {}))) as Record<
      string,
      T
    >;
  return {
    values(inputs) {
      for (const inner of nested) inner.seen = null;
      return loss.values(inputs);
    },
    weights: (shape) => joined(({ weights }) => weights?.(shape)),
    state: (shape) => joined(({ state }) => state?.(shape)),
    ...(renewing && {
      nextState(inputs) {
        const next = nested.map(({ scope, loss: { nextState }, seen }) =>
          under(scope, (seen && nextState?.(seen)) ?? {}),
        );
        return Object.assign({}, loss.nextState?.(inputs), ...next) as ReturnType<NonNullable<Loss['nextState']>>;
      },
    }),
  };
}
