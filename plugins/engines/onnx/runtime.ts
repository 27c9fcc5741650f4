import { TwinspecError } from 'twinspec/plugin';
import type { DType, Shape } from './graph.js';

/** A tensor of ONNX Runtime. An output can be fed back as an input without a copy. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

export interface Session {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Record<string, OrtTensor>>;
  dispose(): Promise<void>;
}

export type Device = 'cpu' | 'gpu';

export interface SessionOptions {
  /** `gpu` is WebGPU: Vulkan, Metal or Direct3D 12. */
  readonly device?: Device;
  /** Cores used within an operator; a runtime that cannot change it later takes that of the first session. */
  readonly threads: number;
}

/** ONNX Runtime, native or WebAssembly, behind one interface. */
export interface Runtime {
  /** Such as `onnxruntime-node 1.30.0`. */
  readonly version: string;
  /** Why it is not the native one; absent where it is, or was asked for. */
  readonly instead?: string;
  tensor(dtype: DType, data: Float32Array | Int32Array | Uint8Array, shape: Shape): OrtTensor;
  session(model: Uint8Array, options: SessionOptions): Promise<Session>;
}

/** As much of the packages' common interface as is used here. */
interface Ort {
  readonly env: {
    logLevel?: string;
    versions: Record<string, string | undefined>;
    wasm: { numThreads?: number };
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Record<string, unknown>): Promise<OrtSession>;
  };
}

interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}

/** What runs a graph on each device; what a GPU lacks, the CPU does. */
type Providers = Readonly<Record<Device, readonly string[]>>;

const packages = [
  {
    name: 'onnxruntime-node',
    load: () => import('onnxruntime-node'),
    providers: { cpu: ['cpu'], gpu: ['webgpu', 'cpu'] },
  },
  {
    name: 'onnxruntime-web',
    load: () => import('onnxruntime-web'),
    providers: { cpu: ['wasm'], gpu: ['webgpu'] },
  },
] as const satisfies readonly { readonly providers: Providers; readonly [key: string]: unknown }[];

export type RuntimeName = (typeof packages)[number]['name'];

/** Loads the native runtime, or else the one in WebAssembly; or the one that is named. */
export async function loadRuntime(only?: RuntimeName): Promise<Runtime> {
  const failures: unknown[] = [];
  for (const { name, load, providers } of packages) {
    if (only !== undefined && only !== name) continue;
    try {
      const runtime = over(await load(), name, providers);
      return failures.length === 0 ? runtime : { ...runtime, instead: firstLine(failures[0]) };
    } catch (error) {
      failures.push(error);
    }
  }
  throw new TwinspecError('ENGINE_UNAVAILABLE', 'ONNX Runtime cannot be loaded.', {
    hint: 'Install onnxruntime-web or onnxruntime-node: npm install onnxruntime-web',
    cause: failures[0],
  });
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}

function over(loaded: Ort & { default?: Ort }, name: RuntimeName, providers: Providers): Runtime {
  const ort = loaded.default ?? loaded;
  ort.env.logLevel = 'error';
  return {
    version: `${name} ${ort.env.versions[name.replace('onnxruntime-', '')] ?? ort.env.versions['common'] ?? ''}`.trim(),
    tensor: (dtype, data, shape) => new ort.Tensor(dtype, data, shape),
    async session(model, { threads, device = 'cpu' }) {
      ort.env.wasm.numThreads = threads;
      const session = await ort.InferenceSession.create(model, {
        executionProviders: providers[device],
        graphOptimizationLevel: 'all',
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        logSeverityLevel: 3,
        // Between calls the cores are the host's.
        extra: { session: { force_spinning_stop: '1' } },
      });
      let open = true;
      return {
        run: (feeds) => session.run(feeds),
        async dispose() {
          if (!open) return;
          open = false;
          await session.release();
        },
      };
    },
  };
}
