import { TwinspecError } from 'twinspec/plugin';
import type { Constant, DType, Data, Graph, Value } from './graph.js';
import { broadcast, constant, elementsOf, emptyGraph, isConstant, splatOf } from './graph.js';
import type { Backend, DataId, Internals, TensorInfo, Tf } from './internals.js';
import { internals, registerBackend, registerKernel, runOnCpu } from './internals.js';
import type { Attributes, Inputs } from './kernels/index.js';
import { elementwise } from './kernels/elementwise.js';
import { kernels } from './kernels/index.js';
import { rearrangements } from './kernels/shape.js';
import type { Operators } from './operators.js';
import { operators } from './operators.js';
import { place } from './place.js';

/** What a trace under way has collected. */
export interface Recording {
  readonly graph: Graph;
  readonly operators: Operators;
  readonly values: Map<DataId, { readonly value: Value; references: number }>;
  readonly constants: Map<DataId, Value>;
  /** The first thing that cannot be compiled, also where the author's code caught it. */
  violation: TwinspecError | undefined;
}

/** A tfjs backend on which kernels append nodes to a graph instead of computing. */
export interface SymbolicBackend {
  readonly name: string;
  /** Runs `body` with a fresh recording; traces do not nest. */
  record<T>(body: (recording: Recording) => T): T;
  /** A tfjs tensor that stands for `value`. */
  present(value: Value): ReturnType<Internals['makeTensorFromTensorInfo']>;
  /** What a tensor stands for; a tensor of another backend becomes a constant. */
  valueOf(tensor: TensorInfo): Value;
  /** Records that a step draws random numbers by `source`, and throws it. */
  refuseRandom(source: string): never;
}

const tfjsTypes: Readonly<Partial<Record<string, DType>>> = { float32: 'float32', int32: 'int32', bool: 'bool' };

const randomOps =
  /^(rand|randomUniform|randomUniformInt|randomNormal|randomStandardNormal|truncatedNormal|randomGamma|dropout|multinomial)__op$/;

const drawHint =
  'A graph would repeat the same numbers in every step. Noise comes from stock layers such as Dropout and GaussianNoise.';

const backends = new WeakMap<object, SymbolicBackend>();

/** The symbolic backend of this tfjs engine, registered when first asked for. */
export function symbolicBackend(tf: Tf): SymbolicBackend {
  const engine = tf.engine();
  const existing = backends.get(engine);
  if (existing) return existing;
  const created = create(tf);
  backends.set(engine, created);
  return created;
}

function create(tf: Tf): SymbolicBackend {
  const engine = internals(tf);
  let active: Recording | undefined;

  function recording(): Recording {
    if (active) return active;
    throw new TwinspecError('ENGINE_UNSUPPORTED', 'A tensor that was made while tracing a step was used afterwards.', {
      hint: 'Keep nothing from a step: return it as an output or as state.',
    });
  }

  function refuse(message: string, hint: string): never {
    const error = new TwinspecError('ENGINE_UNSUPPORTED', `${message}${place()}.`, { hint });
    if (active) active.violation ??= error;
    throw error;
  }

  /** The tfjs op under way that draws, if there is one: also a seeded one is found by its name. */
  function randomOp(): string | undefined {
    const scope = engine.state.scopeStack.find(({ name }) => randomOps.test(name));
    return scope && `tf.${scope.name.replace('__op', '')}`;
  }

  function refuseRandomOp(): void {
    const op = randomOp();
    if (op) refuseRandom(op);
  }

  function refuseRandom(source: string): never {
    return refuse(`A step draws random numbers (${randomOp() ?? source})`, drawHint);
  }

  function register(value: Value): DataId {
    const dataId = {};
    recording().values.set(dataId, { value, references: 1 });
    return dataId;
  }

  function typeOf(dtype: string): DType {
    return tfjsTypes[dtype] ?? refuse(`A step uses a tensor of type ${dtype}`, 'Use float32, int32 or bool.');
  }

  function valueOf({ dataId, shape, dtype }: TensorInfo): Value {
    const { values, constants } = recording();
    const known = values.get(dataId)?.value ?? constants.get(dataId);
    if (known) return known;
    const home = engine.state.tensorInfo.get(dataId)?.backend;
    if (!home || home === backend) {
      return refuse(
        'A step uses a tensor that was disposed or belongs to an earlier trace',
        'Make it inside the step.',
      );
    }
    const variable = Object.values(engine.state.registeredVariables).find((v) => v.dataId === dataId);
    if (variable) {
      return refuse(
        `A step reads the variable '${variable.name}', which nobody declared`,
        'Declare it as a weight or as state: its value would be frozen otherwise.',
      );
    }
    const value: Value = {
      shape: [...shape],
      dtype: typeOf(dtype),
      data: compress(home.readSync(dataId), typeOf(dtype)),
    };
    constants.set(dataId, value);
    return value;
  }

  const backend: Backend = {
    write(values, shape, dtype) {
      refuseRandomOp();
      return register({ shape: [...shape], dtype: typeOf(dtype), data: compress(values, typeOf(dtype)) });
    },
    move(dataId, values, shape, dtype, refCount) {
      const value: Value = { shape: [...shape], dtype: typeOf(dtype), data: compress(values, typeOf(dtype)) };
      recording().values.set(dataId, { value, references: refCount });
    },
    readSync(dataId) {
      const value = recording().values.get(dataId)?.value;
      if (isConstant(value)) return elementsOf(value) as Float32Array;
      return refuse(
        'A step reads the values of a tensor (dataSync, arraySync or a shape that depends on values)',
        'A step is compiled before any value exists: compute with tf ops, and select with masks instead of index lists.',
      );
    },
    read(dataId) {
      const value = recording().values.get(dataId)?.value;
      if (isConstant(value)) return Promise.resolve(elementsOf(value) as Float32Array);
      recording().violation ??= new TwinspecError(
        'ENGINE_UNSUPPORTED',
        `A step reads the values of a tensor (data or array)${place()}.`,
        { hint: 'A step is compiled before any value exists: return the tensor as an output instead.' },
      );
      // Nobody may be waiting for it, so it must not reject.
      return new Promise(() => {});
    },
    incRef(dataId) {
      const entry = active?.values.get(dataId);
      if (entry) entry.references += 1;
    },
    refCount: (dataId) => active?.values.get(dataId)?.references ?? 0,
    disposeData(dataId, force = false) {
      const entry = active?.values.get(dataId);
      if (!entry) return true;
      entry.references -= 1;
      if (!force && entry.references > 0) return false;
      active?.values.delete(dataId);
      return true;
    },
    numDataIds: () => active?.values.size ?? 0,
    memory: () => ({ unreliable: true }),
    floatPrecision: () => 32,
    epsilon: () => 1e-7,
    dispose: () => {},
  };

  const name = freeName(tf);
  registerBackend(tf, name, backend);

  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (!(kernelName in kernels)) registerKernel(tf, name, kernelName, () => refuseKernel(kernelName)(''));
  }
  for (const [kernelName, lower] of Object.entries(kernels)) {
    registerKernel(tf, name, kernelName, (inputs, attributes) => {
      refuseRandomOp();
      const operands = mapInputs(inputs, valueOf);
      const results =
        fold(tf, kernelName, operands, attributes) ??
        lower({ tf, o: recording().operators, refuse: refuseKernel(kernelName) }, operands, attributes as Attributes);
      return Array.isArray(results) ? results.map(info) : info(results as Value);
    });
  }

  function info(value: Value): TensorInfo {
    return { dataId: register(value), shape: [...value.shape], dtype: value.dtype as 'float32' };
  }

  function refuseKernel(kernelName: string) {
    return (what: string): never =>
      refuse(
        `The onnx engine cannot compile ${kernelName} ${what}`.trim(),
        'Write it with other tf ops, or use `engine: cpu`.',
      );
  }

  return {
    name,
    record(body) {
      if (active) throw new TwinspecError('ENGINE_UNSUPPORTED', 'A step was traced inside the trace of another step.');
      const graph = emptyGraph();
      active = { graph, operators: operators(graph), values: new Map(), constants: new Map(), violation: undefined };
      try {
        return body(active);
      } finally {
        active = undefined;
      }
    },
    present: (value) => engine.makeTensorFromTensorInfo(info(value), backend),
    valueOf,
    refuseRandom,
  };
}

function freeName(tf: Tf): string {
  const base = 'twinspec-onnx';
  let name = base;
  for (let i = 2; tf.findBackendFactory(name); i += 1) name = `${base}-${i}`;
  return name;
}

/** The results of a kernel whose inputs are all known, computed at once by the pure-JS backend. */
function fold(tf: Tf, kernel: string, inputs: Inputs, attributes: Record<string, unknown>) {
  const operands = Object.values(inputs);
  if (operands.length === 0 || !operands.every(isConstant)) return undefined;
  if (kernel in rearrangements && splatOf(operands[0]) !== undefined) return repeat(tf, kernel, inputs, attributes);
  const repeated = kernel in elementwise && operands.every((x) => splatOf(x) !== undefined);
  const shape = repeated ? broadcast(...operands.map((x) => x.shape)) : undefined;
  const results = runOnCpu(tf, kernel, mapInputs(inputs, repeated ? first : whole), attributes);
  const values = results?.map((x) => {
    const dtype = x.dtype as DType;
    return { shape: shape ?? x.shape, dtype, data: compress(x.data, dtype) };
  });
  return values?.length === 1 ? values[0] : values;
}

/** A rearrangement of equal elements: only the shape matters, which the lowering knows. */
function repeat(tf: Tf, kernel: string, inputs: Inputs, attributes: Record<string, unknown>) {
  const refuse = (what: string): never => {
    throw new Error(what);
  };
  const results = kernels[kernel]({ tf, o: operators(emptyGraph()), refuse }, inputs, attributes as Attributes);
  const { data } = Object.values(inputs)[0];
  const filled = (x: Value): Value => ({ ...x, data: compress(data!, x.dtype) });
  return Array.isArray(results) ? results.map(filled) : filled(results as Value);
}

const whole = (x: Value) => ({ shape: x.shape, dtype: x.dtype, data: elementsOf(x as Constant) });
const first = (x: Value) => ({ shape: [], dtype: x.dtype, data: x.data!.slice(0, 1) });

function mapInputs<T, U>(inputs: Readonly<Record<string, T | undefined>>, f: (x: T) => U): Record<string, U> {
  if (Array.isArray(inputs)) return (inputs as T[]).map(f) as unknown as Record<string, U>;
  return Object.fromEntries(Object.entries(inputs).flatMap(([name, x]) => (x ? [[name, f(x)] as const] : [])));
}

/** A copy, of one element if all are equal. */
function compress(values: unknown, dtype: DType): Data {
  const whole = constant(values as ArrayLike<number>, dtype);
  const repeated = splatOf(whole);
  return repeated === undefined ? whole.data : whole.data.slice(0, 1);
}
