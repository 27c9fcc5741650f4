import { lstat, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TwinspecError } from '../../errors.js';
import { resolvedSpecName } from '../../run/run-folder.js';
import { noLimits } from '../../spec/read/limits.js';
import { sameName } from '../../words/same-name.js';
import { loadSpec } from '../load-spec.js';
import type { TrainOptions } from './options.js';
import { train, type TrainResult } from './train.js';

export interface ResumeOptions extends Omit<TrainOptions, 'folder' | 'resume' | 'source' | 'warmStart'> {
  /** Overrides, `path.to.key=value`, of the keys that may grow: training.epochs, maxSteps, maxTime and earlyStopping.patience. */
  readonly set?: readonly string[];
}

/**
 * Goes on with the run in a folder from its latest sound checkpoint, as if it had never been cut: on the same type of
 * machine and number of threads to the same bits. Also a finished run goes on where the limit
 * that ended it grows; else it is refused.
 *
 * @throws RUN_FOLDER, CHECKPOINT_INVALID, RESUME_REFUSED, and what `train` throws
 */
export async function resume(folder: string, { set = [], ...given }: ResumeOptions = {}): Promise<TrainResult> {
  const file = join(resolve(folder), resolvedSpecName);
  await refuseOddFile(file);
  if (!(await isThere(file))) {
    const run = await runAround(folder);
    const usual = sameName(folder) ?? 'Name the folder of a run, such as runs/mnist-mlp-20260101-120000.';
    throw new TwinspecError('RUN_FOLDER', `There is no run in ${folder}: ${resolvedSpecName} is missing.`, {
      hint: run === null ? usual : `Did you mean ${run}?`,
    });
  }
  const options = { ...given, limits: { ...noLimits, ...given.limits } };
  const { plugins = [], limits } = options;
  return train(await loadSpec(file, { plugins, set, limits }), { ...options, resume: folder });
}

/** A run folder may be anyone's: what is no plain file could be read for ever. */
async function refuseOddFile(file: string): Promise<void> {
  const stats = await lstat(file).catch(() => null);
  if (stats === null || stats.isFile()) return;
  throw new TwinspecError('RUN_FOLDER', `${file} is no plain file.`, { hint: 'Put the file itself there.' });
}

/** The run that a folder or file is inside, such as `runs/mine` for `runs/mine/checkpoints/8`; null where it is in none. */
async function runAround(path: string): Promise<string | null> {
  for (const around of [dirname(path), dirname(dirname(path))])
    if (await isThere(join(resolve(around), resolvedSpecName))) return around;
  return null;
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
