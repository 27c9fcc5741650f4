import type { RandomStream } from '../plugin/random.js';
import { sizeOf, type HostTensors, type Initializer, type Shape, type TensorDeclarations } from '../plugin/tensors.js';
import type { FirstValues } from './bound-base.js';
import { orthogonal } from './orthogonal.js';

/** First values of declared tensors, each from a stream of its own; zeros where they are replaced anyway. */
export function initialValues(
  declarations: TensorDeclarations,
  streamOf: (name: string) => RandomStream,
  first: FirstValues = 'drawn',
): HostTensors {
  const entries = Object.entries(declarations).map(([name, { shape, init }]) => {
    const data = first === 'drawn' ? firstValues(shape, init, streamOf(name)) : new Float32Array(sizeOf(shape));
    return [name, { shape: [...shape], data }];
  });
  return Object.fromEntries(entries) as HostTensors;
}

function firstValues(shape: Shape, init: Initializer, random: RandomStream): Float32Array {
  if (init.kind === 'given') return Float32Array.from(init.data);
  if (init.kind === 'orthogonal') return orthogonal(shape, random).map((value) => init.gain * value);
  return Float32Array.from({ length: sizeOf(shape) }, drawer(init, random));
}

type Drawn = Exclude<Initializer, { readonly kind: 'given' | 'orthogonal' }>;

function drawer(init: Drawn, random: RandomStream): () => number {
  switch (init.kind) {
    case 'constant':
      return () => init.value;
    case 'uniform':
      return () => init.min + (init.max - init.min) * random.uniform();
    case 'normal':
      return () => init.mean + init.stddev * random.normal();
    case 'truncated-normal':
      return () => init.mean + init.stddev * truncated(random);
  }
}

function truncated(random: RandomStream): number {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) <= 2) return value;
  }
}
