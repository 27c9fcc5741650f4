import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensors } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Progress } from '../training/progress.js';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.js';
import { boundedJson } from '../formats/bounded-json.js';
import { checkState } from './check-state.js';
import { jsonBytes } from './plain-file.js';
import { readWhole, sha256, storageError, syncFolder, writeDurably, type Content, type FileRecord } from './storage.js';

/** Version of a checkpoint folder: it grows when an older Twinspec could not read a newer one. */
const version = 1;
const folderName = 'checkpoints';
const names = { state: 'state.json', tensors: 'tensors.safetensors', manifest: 'manifest.json' };

/** All that a checkpoint holds: the run goes on from it, or is told why it may not. */
export interface SavedRun {
  /** The resolved spec. */
  readonly spec: Spec;
  /** `datasetFingerprint` of what it trains on. */
  readonly dataset: string;
  /** Bytes of each log of the run folder that were written before. */
  readonly logs: Readonly<Record<string, number>>;
  readonly progress: Progress;
  readonly tensors: HostTensors;
}

/** A generation that cannot be read, and why. */
export interface Damaged {
  readonly folder: string;
  readonly reason: string;
}

/** Where the checkpoint of a step lies. */
export function checkpointFolder(runFolder: string, step: number): string {
  return join(runFolder, folderName, String(step));
}

/**
 * Writes a checkpoint so that its folder holds all of it or is not there, also after a crash: beside its place, every file
 * synchronised, the manifest last, then renamed. Resolves to the folder.
 *
 * @throws STORAGE; the checkpoints of other steps are then untouched
 */
export async function saveCheckpoint(runFolder: string, { tensors, ...state }: SavedRun): Promise<string> {
  const parent = join(runFolder, folderName);
  const folder = checkpointFolder(runFolder, state.progress.step);
  const temporary = `${folder}.${randomUUID()}.tmp`;
  try {
    await mkdir(temporary, { recursive: true });
    const write = (name: string, content: Content) => writeDurably(join(temporary, name), content);
    const files = {
      [names.state]: await write(names.state, `${JSON.stringify(state, null, 1)}\n`),
      [names.tensors]: await write(names.tensors, writeSafetensors(tensors, { format: 'twinspec' })),
    };
    await write(names.manifest, manifestText(files));
    await syncFolder(temporary);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    await syncFolder(parent);
    return folder;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw storageError(error, folder);
  }
}

/**
 * Removes all checkpoints but the latest ones and that of one more step, and what killed saves left. Damaged ones
 * that were set aside stay.
 *
 * @throws STORAGE
 */
export async function pruneCheckpoints(runFolder: string, keep: number, alsoKeep: number | null): Promise<void> {
  const parent = join(runFolder, folderName);
  try {
    const kept = new Set([...(await generations(parent)).slice(0, keep), alsoKeep].map(String));
    for (const name of await readdir(parent)) {
      if (!kept.has(name) && !name.endsWith('.damaged')) await rm(join(parent, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw storageError(error, parent);
  }
}

/**
 * The latest sound checkpoint of a run folder, and the damaged ones after it.
 *
 * @throws CHECKPOINT_INVALID where none is sound; RUN_FOLDER where there is none
 */
export async function loadLatest(
  runFolder: string,
): Promise<{ readonly folder: string; readonly saved: SavedRun; readonly damaged: readonly Damaged[] }> {
  const damaged: Damaged[] = [];
  for (const step of await generations(join(runFolder, folderName))) {
    const folder = checkpointFolder(runFolder, step);
    try {
      return { folder, saved: await readCheckpoint(folder), damaged };
    } catch (error) {
      if (!(error instanceof TwinspecError)) throw error;
      damaged.push({ folder, reason: error.message });
    }
  }
  if (damaged.length === 0) {
    throw new TwinspecError('RUN_FOLDER', `The folder ${runFolder} holds no checkpoint.`, {
      hint: 'Name the folder of a run, or start the run again in a new one.',
    });
  }
  const reasons = damaged.map(({ reason }) => reason).join(' ');
  throw new TwinspecError('CHECKPOINT_INVALID', `No checkpoint in ${runFolder} is sound. ${reasons}`);
}

/** Reads one checkpoint. @throws CHECKPOINT_INVALID where anything in it is not as it was saved */
export async function readCheckpoint(folder: string): Promise<SavedRun> {
  const file = join(folder, names.manifest);
  const records = readManifest((await read(file, jsonBytes)).bytes, file);
  const sound = async (name: string) => {
    const file = join(folder, name);
    const expected = records[name];
    const { bytes, record: found } = await read(file, name === names.state ? jsonBytes : undefined);
    if (found.bytes !== expected.bytes) throw invalid(`${file} has ${found.bytes} bytes instead of ${expected.bytes}`);
    if (found.sha256 !== expected.sha256) throw invalid(`${file} was changed or damaged after it was saved`);
    return bytes;
  };
  const state = checkedState(Buffer.from(await sound(names.state)).toString('utf8'), join(folder, names.state));
  const { tensors } = readSafetensors(await sound(names.tensors), join(folder, names.tensors));
  return { ...state, tensors };
}

function checkedState(text: string, file: string): Omit<SavedRun, 'tensors'> {
  const state = boundedJson(text);
  const fault = checkState(state);
  if (fault !== null) throw invalid(`${file} is no state of a run: ${fault}`);
  return state as Omit<SavedRun, 'tensors'>;
}

/** Steps that have a folder, the latest first. */
async function generations(parent: string): Promise<number[]> {
  const found = await readdir(parent).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return found
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

type Records = Readonly<Record<string, FileRecord>>;

/** Its last member is the sha256 of what stands before, so that every byte of it counts. */
function manifestText(files: Records): string {
  const content = { format: 'twinspec-checkpoint', version, files };
  return `${JSON.stringify({ ...content, sha256: sha256(JSON.stringify(content)) }, null, 1)}\n`;
}

function readManifest(bytes: Uint8Array, file: string): Records {
  const text = Buffer.from(bytes).toString('utf8');
  const manifest = boundedJson(text) as { version?: number; files?: Records } | undefined;
  if (manifest === undefined) throw invalid(`${file} is no JSON`);
  if (typeof manifest?.version === 'number' && manifest.version > version)
    throw invalid(`${file} is of format version ${manifest.version}, which a later Twinspec wrote`);
  const files = manifest?.files;
  const isWhole = files !== undefined && Object.hasOwn(files, names.state) && Object.hasOwn(files, names.tensors);
  if (!isWhole || text !== manifestText(files) || Buffer.compare(bytes, Buffer.from(text)) !== 0)
    throw invalid(`${file} was changed or damaged after it was saved`);
  return files;
}

async function read(file: string, limit?: number): ReturnType<typeof readWhole> {
  return readWhole(file, limit).catch((error: NodeJS.ErrnoException) => {
    throw invalid(error.code === 'ENOENT' ? `${file} is missing` : `${file} cannot be read (${error.code})`);
  });
}

function invalid(what: string): TwinspecError {
  return new TwinspecError('CHECKPOINT_INVALID', `${what}.`);
}
