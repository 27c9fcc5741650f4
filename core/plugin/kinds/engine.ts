import type { Samples } from './dataset.js';
import type { Descriptor } from '../descriptor.js';
import { kind, type Define, type Metadata, type Stated } from '../kind.js';
import type { Noise, NoiseKind } from '../random.js';
import type { HostTensors, Shape, TensorData, Tensors } from '../tensors.js';

/** An input of a program. Shapes are static, but for the count of a program for any. */
export type ProgramInput =
  /** Fed with int32 row numbers [count]; the program sees those rows of a column, scaled, as float32 [count, ...shape]. */
  | { readonly kind: 'rows'; readonly column: string; readonly count: number }
  /** Fed as it is; the program sees float32 or int32, and bytes as float32 numbers from 0 to 255. */
  | { readonly kind: 'values'; readonly dtype: 'float32' | 'int32' | 'uint8'; readonly shape: Shape };

export interface ProgramTensors {
  readonly carried: Tensors;
  readonly inputs: Tensors;
  /** A program asks for the same names in the same order at every run. */
  readonly noise: Noise;
}

export interface ProgramResult {
  /** What replaces carried tensors after the run; the others stay. */
  readonly carried: Tensors;
  /** What goes back to the host, float32. */
  readonly outputs: Tensors;
}

/**
 * A pure function of tensors, written in tfjs ops: a training step, an embedding, a distance. An engine may run the body
 * at every call, or trace it once and replay the trace.
 */
export interface Program {
  /** For messages and dumped graphs. */
  readonly name: string;
  /** Shapes of the carried tensors that the program reads; all float32. */
  readonly carried: Readonly<Record<string, Shape>>;
  readonly inputs: Readonly<Record<string, ProgramInput>>;
  /** Whether what it reads of carried tensors is written no more: an engine may then compute with it ahead. */
  readonly fixed?: boolean;
  /**
   * Whether the first axis of all inputs and outputs is a count that each feed chooses; that of its shapes is an example.
   * Such a program carries nothing on and draws no noise.
   */
  readonly anyCount?: boolean;
  /** Name of a scalar output. Where a run gives anything but 1 for it, what it carries stays as it was before. */
  readonly guard?: string;
  body(tensors: ProgramTensors): ProgramResult;
}

/** Fills `size` numbers for the noise of this name; a pure function of (name, kind, size). */
export type NoiseSource = (name: string, kind: NoiseKind, size: number) => Uint8Array | Float32Array;

/** What one run of a program is fed with. */
export interface Feed {
  readonly inputs: Readonly<Record<string, TensorData>>;
  readonly noise: NoiseSource;
}

export interface CompiledProgram {
  /**
   * Runs once per feed, in order; each run sees what the one before it carried on. Resolves to the outputs of each. A run
   * that the guard stops is the last one: the feeds after it are not run.
   */
  run(feeds: readonly Feed[]): Promise<readonly Readonly<Record<string, Float32Array>>[]>;
  /** The program as a serialized ONNX model, for people to look at; absent on an engine that makes none. */
  readonly model?: () => Uint8Array;
  /** sha256, hexadecimal, of what the program computes, as it is written, before an engine changes any of it; absent where that cannot be told. */
  readonly traced?: () => string | undefined;
}

/** Holds the samples and the carried tensors, and runs programs over them. */
export interface EngineSession {
  /** Puts or replaces carried tensors. They may be kept as they are: nobody changes them afterwards. */
  write(tensors: HostTensors): void;
  /** Carried tensors, those named or all, as they are now: they may be the session's own, for nobody to change. */
  read(names?: readonly string[]): Promise<HostTensors>;
  compile(program: Program): Promise<CompiledProgram>;
  /** Frees everything, programs included. May be called twice. */
  dispose(): Promise<void>;
}

export interface Engine {
  /** What runs the steps, for people and for the run folder. */
  readonly report: EngineReport;
  /** `samples` is null where no program takes rows. */
  open(samples: Samples | null): Promise<EngineSession>;
}

export interface EngineReport {
  readonly engine: string;
  /** Such as `cpu` or `gpu`. */
  readonly device: string;
  readonly threads: number;
  /** Such as `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
}

export type Availability =
  /** `notForAuto`: why `auto` passes it by, where it runs but another engine is the better choice. */
  | { readonly available: true; readonly notForAuto?: string }
  /** `hint`: what would make it available. */
  | { readonly available: false; readonly reason: string; readonly hint?: string };

declare module '../options.js' {
  interface InstanceOf {
    engine: Engine;
  }
}

const metadata = {
  priority: { type: 'number', description: '`auto` takes the available engine of the highest.' },
} as const satisfies Metadata;

interface Probing {
  /** Finds out whether it can run here, without side effects on the host. */
  probe(): Promise<Availability>;
}

export type EngineDescriptor = Descriptor<'engine', Engine> & Stated<typeof metadata> & Probing;

export const engine = kind<EngineDescriptor>({
  name: 'engine',
  plural: 'engines',
  define: 'defineEngine',
  metadata,
  functions: ['probe'],
  traits: { priority: (priority) => ['Priority', `${priority}; engine: auto takes the highest that runs`] },
});

/** Defines an engine. `create` rejects with ENGINE_UNAVAILABLE where it cannot run. */
export const defineEngine: Define<EngineDescriptor, typeof metadata, Probing> = engine.describe;
