import { access, constants, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TwinspecError } from '../errors.js';
import { resolvedYaml } from '../spec/show/resolved-yaml.js';
import type { Spec } from '../spec/shell/spec.js';
import type { RunSummary } from '../training/events.js';
import type { Environment } from './environment.js';
import { storageError, writeAtomically } from './storage.js';

export const resolvedSpecName = 'spec.resolved.yaml';
export const summaryName = 'summary.json';

/** This very folder, or a new one, `<root>/<name>-<YYYYMMDD-HHMMSS>` in local time. */
export type RunFolderPlace =
  { readonly out: string } | { readonly root: string; readonly name: string; readonly now: Date };

/**
 * Makes the folder of a run, empty and writable, and returns its absolute path. Of two runs of one name in one second the
 * second gets the suffix `-2`.
 *
 * @throws RUN_FOLDER where `out` is a file or a folder with something in it; STORAGE where it cannot be made or written
 */
export async function createRunFolder(place: RunFolderPlace): Promise<string> {
  const folder = 'out' in place ? await takeFolder(resolve(place.out)) : await newFolder(place);
  await access(folder, constants.W_OK | constants.X_OK).catch(failStorage(folder));
  return folder;
}

async function takeFolder(folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true }).catch(failStorage(folder));
  if (await makeExclusively(folder)) return folder;
  const content = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') throw refusal(`${folder} is a file, not a folder.`);
    throw storageError(error, folder);
  });
  if (content.length > 0) throw refusal(`The folder ${folder} exists already and is not empty.`);
  return folder;
}

async function newFolder({ root, name, now }: { root: string; name: string; now: Date }): Promise<string> {
  const base = join(resolve(root), `${name}-${timestamp(now)}`);
  await mkdir(dirname(base), { recursive: true }).catch(failStorage(base));
  for (let number = 1; ; number++) {
    const folder = number === 1 ? base : `${base}-${number}`;
    if (await makeExclusively(folder)) return folder;
  }
}

/** False where something of that name is there already. */
async function makeExclusively(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw storageError(error, folder);
  }
}

function timestamp(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

function refusal(message: string): TwinspecError {
  return new TwinspecError('RUN_FOLDER', message, { hint: 'Name a folder that does not exist yet.' });
}

function failStorage(path: string) {
  return (error: unknown): never => {
    throw storageError(error, path);
  };
}

/** What is known before the first step. */
export interface RunStart {
  /** Text of the spec as it was given. */
  readonly given: string;
  readonly spec: Spec;
  readonly environment: Environment;
}

/** Writes spec.yaml, spec.resolved.yaml and environment.json. @throws STORAGE */
export async function writeStart(folder: string, { given, spec, environment }: RunStart): Promise<void> {
  await writeAtomically(join(folder, 'spec.yaml'), given);
  await writeAtomically(join(folder, resolvedSpecName), resolvedYaml(spec));
  await writeAtomically(join(folder, 'environment.json'), toJson(environment));
}

/** Writes summary.json. @throws STORAGE */
export async function writeSummary(folder: string, summary: RunSummary): Promise<void> {
  await writeAtomically(join(folder, summaryName), toJson(summary));
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
