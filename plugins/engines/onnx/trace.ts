import { onBackend, TwinspecError, type Tensor } from 'twinspec/plugin';
import { gatherRows } from './gather-rows.js';
import type { DType, Graph, Shape, Value } from './graph.js';
import { sizeOf } from './graph.js';
import { internals, type Internals, type Tf, type Variable } from './internals.js';
import { symbolicBackend, type Recording, type SymbolicBackend } from './symbolic.js';

/** An input of the traced function. Bytes are shown to it as float32 numbers from 0 to 255. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32' | 'bool' | 'uint8';
}

/** Rows of a column that is itself an input of the graph; the function sees them scaled, `[count, ...shape of a row]`. */
export interface RowsSpec {
  readonly column: string;
  /** `[rows, ...shape of a row]` */
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32' | 'uint8';
  readonly scale: number;
  readonly count: number;
}

export type InputSpec = TensorSpec | RowsSpec;

export type AddInput = (name: string, spec: InputSpec) => Tensor;

type Tensors = Record<string, Tensor>;

/**
 * Runs `body` once on symbolic tensors and returns what it computes as a graph. `body` is a pure function in tfjs ops, its
 * gradients included; it may declare more inputs while it runs. Whatever cannot become part of a graph is refused with
 * ENGINE_UNSUPPORTED. tfjs is left as it was.
 */
export function trace(
  tf: Tf,
  inputs: Readonly<Record<string, InputSpec>>,
  body: (tensors: Tensors, addInput: AddInput) => Readonly<Tensors>,
): Graph {
  const backend = symbolicBackend(tf);
  return backend.record((recording) =>
    guarded(tf, backend, recording, () => {
      const addInput: AddInput = (name, spec) => backend.present(declare(recording, name, spec));
      const tensors = Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, addInput(name, spec)]));
      for (const [name, tensor] of Object.entries(body(tensors, addInput))) {
        recording.graph.outputs.set(name, backend.valueOf(tensor));
      }
      return recording.graph;
    }),
  );
}

function declare({ graph, operators }: Recording, name: string, spec: InputSpec): Value {
  const input = (key: string, shape: Shape, dtype: DType): Value => {
    const value = graph.inputs.get(key) ?? { shape, dtype };
    graph.inputs.set(key, value);
    return value;
  };
  if ('column' in spec) {
    const column = input(spec.column, spec.shape, spec.dtype);
    return gatherRows(operators, column, input(name, [spec.count], 'int32'), spec.scale);
  }
  const value = input(name, spec.shape, spec.dtype);
  return spec.dtype === 'uint8' ? operators.cast(value, 'float32') : value;
}

/** Runs a trace so that nothing of it stays behind in tfjs, whatever happens inside. */
function guarded<T>(tf: Tf, backend: SymbolicBackend, recording: Recording, run: () => T): T {
  const engine = internals(tf);
  const tapes = engine.state.activeTape;
  const variables = protectVariables(engine);
  const random = Math.random;
  Math.random = () => backend.refuseRandom('Math.random');
  let result: T | undefined;
  let failure: unknown;
  try {
    result = onBackend(tf, backend.name, run);
  } catch (error) {
    failure = error;
  }
  Math.random = random;
  const touched = variables.restore();
  releaseTensors(engine, recording);
  engine.state.activeTape = tapes;
  // What comes out may say more than what was refused inside: whose code it was.
  if (failure instanceof TwinspecError && failure.code === 'ENGINE_UNSUPPORTED') throw failure;
  if (recording.violation) throw recording.violation;
  if (failure !== undefined) throw explain(failure);
  if (touched !== undefined) throw undeclared(touched);
  return result as T;
}

/** tfjs's own words for a kernel that this backend lacks or that it cannot differentiate, as a coded error. */
function explain(failure: unknown): unknown {
  if (!(failure instanceof Error)) return failure;
  if (/^(Cannot compute gradient|Error in gradient of)/.test(failure.message)) {
    return new TwinspecError('ENGINE_UNSUPPORTED', `tfjs cannot differentiate a step. ${failure.message}`, {
      hint: 'No engine can train through it: use other layers or ops.',
      cause: failure,
    });
  }
  const kernel = /^Kernel '(\w+)' not registered/.exec(failure.message)?.[1];
  if (kernel === undefined) return failure;
  return new TwinspecError('ENGINE_UNSUPPORTED', `The onnx engine cannot compile the tfjs kernel ${kernel}.`, {
    hint: 'Write it with other tf ops (docs/reference/ops.md lists what compiles), or use `engine: cpu`.',
    cause: failure,
  });
}

function undeclared(name: string): TwinspecError {
  return new TwinspecError(
    'ENGINE_UNSUPPORTED',
    `A step creates or assigns the variable '${name}', which nobody declared.`,
    {
      hint: 'Return its new value as state instead: a step is a pure function.',
    },
  );
}

/** Keeps the data of all variables alive while a trace runs, and undoes what the trace does to them. */
function protectVariables(engine: Internals) {
  const { registeredVariables, tensorInfo } = engine.state;
  const kept = Object.values(registeredVariables).flatMap((variable) => {
    const home = tensorInfo.get(variable.dataId)?.backend;
    if (!home) return [];
    home.incRef(variable.dataId);
    return [{ variable, dataId: variable.dataId, home }];
  });
  return {
    /** The name of a variable that was created or assigned meanwhile, if any was. */
    restore(): string | undefined {
      const known = new Set<Variable>(kept.map(({ variable }) => variable));
      const created = Object.values(registeredVariables).filter((variable) => !known.has(variable));
      const assigned = kept.filter(({ variable, dataId }) => variable.dataId !== dataId);
      for (const variable of created) engine.disposeVariable(variable);
      for (const { variable, dataId, home } of kept) {
        if (variable.dataId === dataId) {
          home.disposeData(dataId);
          continue;
        }
        engine.disposeTensor(variable as never);
        variable.dataId = dataId;
        engine.trackTensor(variable, home);
      }
      return created[0]?.name ?? assigned[0]?.variable.name;
    },
  };
}

/** Frees tensors that the trace left: those kept on purpose, and those that tfjs forgets when a gradient throws. */
function releaseTensors(engine: Internals, { values }: Recording): void {
  for (const [dataId, { value, references }] of [...values]) {
    for (let i = 0; i < references; i += 1) {
      engine.disposeTensor({
        dataId,
        shape: [...value.shape],
        dtype: value.dtype as 'float32',
        size: sizeOf(value.shape),
      });
    }
  }
}
