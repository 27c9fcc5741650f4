import type { Tf } from '../plugin/tensors.js';

type AnyFunction = (...args: unknown[]) => unknown;
type Patched = Record<string, AnyFunction>;

/** Runs code and tells which forbidden things it did, in words; it may do them. Nothing may be awaited inside. */
export function watch<T>(tf: Tf, run: () => T): { readonly result: T; readonly seen: readonly string[] } {
  const seen = new Set<string>();
  const engine = tf.engine() as unknown as Patched;
  const traps: readonly [Patched, string, string][] = [
    [Math as unknown as Patched, 'random', 'draws random numbers of its own, with Math.random or an op that does'],
    [engine, 'readSync', "reads a tensor's values back, with dataSync or arraySync"],
    [engine, 'read', "reads a tensor's values back, with data or array"],
    [engine, 'makeVariable', 'makes a tf.variable'],
    [tf.Variable.prototype as unknown as Patched, 'assign', 'assigns to a tf.variable'],
  ];
  const restore = traps.map(([owner, name, deed]) => {
    const own = Object.getOwnPropertyDescriptor(owner, name);
    const original = owner[name];
    owner[name] = function (...args) {
      seen.add(deed);
      return original.apply(this, args);
    };
    return () => {
      if (own) Object.defineProperty(owner, name, own);
      else delete owner[name];
    };
  });
  try {
    return { result: run(), seen: [...seen] };
  } finally {
    for (const undo of restore) undo();
  }
}
