import type * as tfc from '@tensorflow/tfjs';
import type { Data } from './graph.js';

export type Tf = typeof tfc;
export type TensorInfo = tfc.TensorInfo;
export type DataId = object;

/** What tfjs calls on a backend. A plain object will do: tfjs asks for no instance of its class. */
export type Backend = Pick<
  tfc.KernelBackend,
  | 'refCount'
  | 'incRef'
  | 'disposeData'
  | 'read'
  | 'readSync'
  | 'write'
  | 'move'
  | 'numDataIds'
  | 'memory'
  | 'floatPrecision'
  | 'epsilon'
  | 'dispose'
>;

/** The pure-JS backend, as far as its kernels can be run outside of tfjs's bookkeeping. */
export interface CpuBackend extends Backend {
  firstUse: boolean;
  makeTensorInfo(shape: readonly number[], dtype: string, values: Data): TensorInfo;
  data: { get(dataId: DataId): { values: Data } };
}

export interface Variable extends TensorInfo {
  readonly name: string;
  dataId: DataId;
}

/** The parts of tfjs's global engine that it keeps to itself; every use of them goes through this type. */
export interface Internals {
  readonly state: {
    readonly registeredVariables: Record<string, Variable>;
    readonly scopeStack: readonly { readonly name: string }[];
    readonly tensorInfo: WeakMap<DataId, { readonly backend: Backend }>;
    activeTape: unknown[] | null;
    gradientDepth: number;
  };
  makeTensorFromTensorInfo(info: TensorInfo, backend?: unknown): tfc.Tensor;
  disposeTensor(tensor: TensorInfo & { readonly size: number }): void;
  disposeVariable(variable: Variable): void;
  trackTensor(tensor: TensorInfo, backend: Backend): void;
}

export const internals = (tf: Tf): Internals => tf.engine();

/** Registers a backend that is never chosen by itself. */
export function registerBackend(tf: Tf, name: string, backend: Backend): void {
  tf.registerBackend(name, () => backend as tfc.KernelBackend, 0);
}

export type KernelFunction = (
  inputs: Record<string, TensorInfo>,
  attributes: Record<string, unknown>,
) => TensorInfo | TensorInfo[];

export function registerKernel(tf: Tf, backendName: string, kernelName: string, run: KernelFunction): void {
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) => run(inputs as Record<string, TensorInfo>, attrs ?? {}),
  });
}

/** Runs a kernel of the pure-JS backend on host data; undefined if that backend or kernel does not exist. */
export function runOnCpu(
  tf: Tf,
  kernelName: string,
  inputs: Record<string, { readonly shape: readonly number[]; readonly dtype: string; readonly data: Data }>,
  attributes: Record<string, unknown>,
): { shape: number[]; dtype: string; data: Data }[] | undefined {
  const backend = tf.findBackend('cpu') as unknown as CpuBackend | null;
  const kernel = tf.getKernel(kernelName, 'cpu');
  if (!backend || !kernel) return undefined;
  // Otherwise its first use prints an advertisement.
  backend.firstUse = false;
  const fed = Object.entries(inputs).map(
    ([name, x]) => [name, backend.makeTensorInfo(x.shape, x.dtype, x.data)] as const,
  );
  const operands = Array.isArray(inputs) ? fed.map(([, info]) => info) : Object.fromEntries(fed);
  const results = [kernel.kernelFunc({ inputs: operands as never, attrs: attributes as never, backend })].flat();
  const values = results.map(({ shape, dtype, dataId }) => ({
    shape: [...shape],
    dtype,
    data: backend.data.get(dataId).values.slice(),
  }));
  for (const info of [...results, ...fed.map(([, info]) => info)]) backend.disposeData(info.dataId);
  return values;
}
