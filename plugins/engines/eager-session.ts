import {
  onBackend,
  sizeOf,
  type EngineSession,
  type Feed,
  type HeldColumn,
  type HostTensors,
  type Program,
  type ProgramInput,
  type Samples,
  type Tensor,
  type TensorData,
  type Tf,
} from 'twinspec/plugin';
import { tracedSha256 } from './onnx/program-graph.js';
import { fetched } from './stored-columns.js';

/** A session that runs every program line by line on a registered tfjs backend. Samples stay on the host. */
export function openEagerSession(tf: Tf, backend: string, samples: Samples | null): EngineSession {
  const store = new Map<string, Tensor>();
  const put = (place: string, tensor: Tensor) => {
    store.get(place)?.dispose();
    store.set(place, tf.keep(tensor));
  };

  function runOnce(program: Program, feed: Feed): Record<string, Float32Array> {
    const inputs: Record<string, Tensor> = {};
    for (const [name, input] of Object.entries(program.inputs)) {
      inputs[name] = inputTensor(tf, samples, input, feed.inputs[name], program.anyCount);
    }
    const { carried, outputs } = program.body({
      carried: Object.fromEntries(Object.keys(program.carried).map((place) => [place, store.get(place)!])),
      inputs,
      noise: (name, kind, shape) => tf.tensor(new Float32Array(feed.noise(name, kind, sizeOf(shape))), [...shape]),
    });
    const fetched = Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()]),
    );
    if (isStopped(program, fetched)) return fetched;
    for (const [place, tensor] of Object.entries(carried)) if (tensor !== store.get(place)) put(place, tensor.clone());
    return fetched;
  }

  return {
    write(tensors) {
      onBackend(tf, backend, () => {
        for (const [place, { shape, data }] of Object.entries(tensors)) put(place, tf.tensor(data.slice(), [...shape]));
      });
    },
    read: (names = [...store.keys()]) =>
      Promise.resolve(
        onBackend(tf, backend, (): HostTensors => {
          const read = (tensor: Tensor) => ({ shape: tensor.shape, data: tensor.dataSync<'float32'>().slice() });
          return Object.fromEntries(names.map((name) => [name, read(store.get(name)!)]));
        }),
      ),
    compile(given) {
      const { program, fill } = fetched(tf, given, samples);
      return Promise.resolve({
        traced: () => tracedSha256(tf, program, samples),
        async run(feeds: readonly Feed[]) {
          const results = [];
          for (const feed of feeds) {
            const filled = await fill(feed);
            const outputs = onBackend(tf, backend, () => runOnce(program, filled));
            results.push(outputs);
            await new Promise(setImmediate);
            if (isStopped(program, outputs)) break;
          }
          return results;
        },
      });
    },
    dispose() {
      for (const tensor of store.values()) tensor.dispose();
      store.clear();
      return Promise.resolve();
    },
  };
}

function isStopped({ guard }: Program, outputs: Readonly<Record<string, Float32Array>>): boolean {
  return guard !== undefined && outputs[guard][0] !== 1;
}

function inputTensor(tf: Tf, samples: Samples | null, input: ProgramInput, data: TensorData, anyCount = false): Tensor {
  if (input.kind === 'values') {
    const [numbers, dtype] =
      input.dtype === 'uint8' ? [Float32Array.from(data), 'float32' as const] : [data, input.dtype];
    const [, ...rest] = input.shape;
    return tf.tensor(numbers, anyCount ? [data.length / sizeOf(rest), ...rest] : [...input.shape], dtype);
  }
  const { shape, data: values, scale = 1 } = samples![input.column] as HeldColumn;
  const size = sizeOf(shape);
  const factor = Math.fround(scale);
  const gathered = new Float32Array(data.length * size);
  for (const [index, row] of (data as Int32Array).entries()) {
    for (let offset = 0; offset < size; offset++)
      gathered[index * size + offset] = values[row * size + offset] * factor;
  }
  return tf.tensor(gathered, [data.length, ...shape]);
}
