import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, release } from 'node:os';
import { join } from 'node:path';
import { boundedJson } from '../formats/bounded-json.js';
import { readPlainText } from './plain-file.js';
import type { Descriptor } from '../plugin/descriptor.js';
import type { EngineReport } from '../plugin/kinds/engine.js';

/** What a run ran on and with; nothing that tells whose machine it was. */
export interface Environment {
  readonly version: 1;
  readonly twinspec: string;
  readonly node: string;
  readonly tfjs: string;
  readonly engine: EngineReport;
  readonly seed: number;
  /** The plugins that took part. */
  readonly plugins: readonly { readonly kind: string; readonly name: string }[];
  readonly dataset: { readonly sha256: string };
  /** The training step as it is written, before an engine changes any of it; null where that cannot be told. */
  readonly step: { readonly sha256: string } | null;
  /** The model that first values came from, as `weightsSha256` of its summary; null where they follow from the seed. */
  readonly warmStart: { readonly sha256: string } | null;
  readonly os: { readonly platform: string; readonly release: string; readonly arch: string };
  readonly cpu: { readonly model: string; readonly threads: number };
}

export interface EnvironmentInputs {
  readonly engine: EngineReport;
  readonly seed: number;
  readonly plugins: readonly Pick<Descriptor, 'kind' | 'name'>[];
  /** As `datasetFingerprint` gives it. */
  readonly datasetSha256: string;
  readonly stepSha256?: string | undefined;
  readonly warmStartSha256?: string | null;
}

/** Describes this process and machine. */
export function describeEnvironment(inputs: EnvironmentInputs): Environment {
  const { engine, seed, plugins, datasetSha256, stepSha256, warmStartSha256 = null } = inputs;
  return {
    version: 1,
    twinspec: packageVersion('twinspec'),
    node: process.versions.node,
    tfjs: packageVersion('@tensorflow/tfjs'),
    engine,
    seed,
    plugins: plugins.map(({ kind, name }) => ({ kind, name })),
    dataset: { sha256: datasetSha256 },
    step: stepSha256 === undefined ? null : { sha256: stepSha256 },
    warmStart: warmStartSha256 === null ? null : { sha256: warmStartSha256 },
    os: { platform: platform(), release: release(), arch: arch() },
    cpu: { model: cpus()[0]?.model.trim() ?? 'unknown', threads: availableParallelism() },
  };
}

/** Version of an installed package, or of Twinspec itself. */
export function packageVersion(name: string): string {
  const manifest = createRequire(import.meta.url)(`${name}/package.json`) as { readonly version: string };
  return manifest.version;
}

/** What the run began on; null where that cannot be read. */
export async function readEnvironment(folder: string): Promise<Environment | null> {
  try {
    return boundedJson(await readPlainText(join(folder, 'environment.json'))) as Environment;
  } catch {
    return null;
  }
}
