import type { RandomStream } from '../plugin/random.js';
import { sizeOf, type HostTensors, type Initializer, type TensorDeclarations } from '../plugin/tensors.js';

/** First values of declared tensors, each from a stream of its own. */
export function initialValues(declarations: TensorDeclarations, streamOf: (name: string) => RandomStream): HostTensors {
  const entries = Object.entries(declarations).map(([name, { shape, init }]) => {
    const draw = drawer(init, streamOf(name));
    return [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, draw) }];
  });
  return Object.fromEntries(entries) as HostTensors;
}

function drawer(init: Initializer, random: RandomStream): () => number {
  switch (init.kind) {
    case 'constant':
      return () => init.value;
    case 'uniform':
      return () => init.min + (init.max - init.min) * random.uniform();
    case 'normal':
      return () => init.mean + init.stddev * random.normal();
  }
}
