import { mkdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { TwinspecError } from '../errors.js';
import type { HostTensors } from '../plugin/tensors.js';
import { packageVersion } from '../run/environment.js';
import { readManifest, writeManifest, type Manifest, type ModelDescription } from './manifest.js';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.js';
import { readPlainText } from '../run/plain-file.js';
import { readWhole, storageError, writeAtomically } from '../run/storage.js';

const manifestName = 'model.json';
const tensorsName = 'model.safetensors';

/** A trained model outside of any engine: all that is needed to embed and compare in a fresh process. */
export interface SavedModel extends ModelDescription {
  readonly weights: HostTensors;
  /** What changed without a gradient, such as the statistics of batch normalization. */
  readonly state: HostTensors;
}

/**
 * Writes `model/` into the folder of a run: model.safetensors with weights and state, then model.json.
 *
 * @throws STORAGE
 */
export async function saveModel(runFolder: string, { weights, state, ...description }: SavedModel): Promise<void> {
  const shared = Object.keys(weights).find((place) => Object.hasOwn(state, place));
  if (shared !== undefined) throw new Error(`${shared} is both a weight and state.`);

  const folder = join(runFolder, 'model');
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw storageError(error, folder);
  });
  const tensors = writeSafetensors({ ...weights, ...state }, { format: 'twinspec' });
  const manifest = writeManifest({
    twinspec: packageVersion('twinspec'),
    ...description,
    state: Object.keys(state).sort(),
    files: { [tensorsName]: await writeAtomically(join(folder, tensorsName), tensors) },
  });
  await writeAtomically(join(folder, manifestName), manifest);
}

/**
 * Reads what `saveModel` wrote, from the folder of a run or from its `model/`. The spec is as it was saved; check it before
 * plugins are made of it.
 *
 * @throws RUN_FOLDER where there is no such folder; MODEL_INVALID where a file is missing, damaged or of a later format
 */
export async function readModel(folder: string): Promise<SavedModel> {
  const { path, text } = await findManifest(resolve(folder));
  const manifest = readManifest(text, join(path, manifestName));
  const file = join(path, tensorsName);
  const { tensors } = readSafetensors(await readRecorded(file, manifest), file);

  const broken = Object.keys(tensors).find((place) => !isFinite(tensors[place].data));
  if (broken !== undefined)
    throw new TwinspecError('MODEL_INVALID', `${file} has a number in ${broken} that is not finite.`);
  const missing = manifest.state.find((place) => !Object.hasOwn(tensors, place));
  if (missing !== undefined) throw new TwinspecError('MODEL_INVALID', `${file} lacks the state ${missing}.`);
  const isState = new Set(manifest.state);
  const pick = (state: boolean): HostTensors =>
    Object.fromEntries(Object.entries(tensors).filter(([place]) => isState.has(place) === state));
  return { ...descriptionOf(manifest), weights: pick(false), state: pick(true) };
}

/** 0 times what is not finite is not 0. */
function isFinite(data: Float32Array): boolean {
  let zero = 0;
  for (let index = 0; index < data.length; index++) zero += 0 * data[index];
  return zero === 0;
}

function descriptionOf({
  spec,
  columns,
  classes,
  classNames,
  dimension,
  threshold,
  ...rest
}: Manifest): ModelDescription {
  const { thresholdFrom, judgingRule, datasetSha256, probe } = rest;
  return {
    spec,
    columns,
    classes,
    dimension,
    threshold,
    judgingRule,
    ...(classNames && { classNames }),
    ...(thresholdFrom && { thresholdFrom }),
    ...(datasetSha256 && { datasetSha256 }),
    ...(probe && { probe }),
  };
}

async function findManifest(folder: string): Promise<{ path: string; text: string }> {
  const folderExists = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!folderExists) {
    throw new TwinspecError('RUN_FOLDER', `There is no folder ${folder}.`, {
      hint: 'Name the folder of a finished run.',
    });
  }
  for (const path of [join(folder, 'model'), folder]) {
    const text = await readPlainText(join(path, manifestName)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw unreadable(join(path, manifestName), error);
    });
    if (text !== null) return { path, text };
  }
  const missing = basename(folder) === 'model' ? manifestName : join('model', manifestName);
  throw new TwinspecError('MODEL_INVALID', `The folder ${folder} holds no model: ${missing} is missing.`, {
    hint: 'A run writes its model at the end; this one may not have finished.',
  });
}

async function readRecorded(file: string, { files }: Manifest): Promise<Uint8Array> {
  const expected = files[tensorsName];
  const refuse = (expectation: string, found: string): never => {
    throw new TwinspecError('MODEL_INVALID', `${file} is damaged: expected ${expectation}, found ${found}.`);
  };
  const read = async () => {
    const { size } = await stat(file);
    if (size !== expected.bytes) refuse(`${expected.bytes} bytes`, `${size} bytes`);
    return readWhole(file);
  };
  const { bytes, record } = await read().catch((error: unknown) => {
    throw error instanceof TwinspecError ? error : unreadable(file, error as NodeJS.ErrnoException);
  });
  if (record.sha256 !== expected.sha256) refuse(`sha256 ${expected.sha256}`, `sha256 ${record.sha256}`);
  return bytes;
}

function unreadable(file: string, cause: NodeJS.ErrnoException): TwinspecError {
  const why = cause.code === 'ENOENT' ? 'is missing' : `cannot be read (${cause.code ?? cause.message})`;
  return new TwinspecError('MODEL_INVALID', `${file} ${why}.`, { cause });
}
