import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { TwinspecError } from '../errors.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Ending } from '../training/ending.js';
import type { SavedRun } from './checkpoints.js';
import { differences } from './differences.js';
import { summaryName } from './run-folder.js';

/** Keys that may grow from one part of a run to the next; null stands for no limit. */
const mayGrow: Readonly<Record<string, (training: Spec['training']) => number | null>> = {
  'training.epochs': ({ epochs }) => epochs,
  'training.maxSteps': ({ maxSteps }) => maxSteps,
  'training.maxTime': ({ maxTime }) => maxTime,
  'training.earlyStopping.patience': ({ earlyStopping }) => earlyStopping.patience,
};

/**
 * Refuses to go on with another spec or other data than a run began with.
 *
 * @throws RESUME_REFUSED with every key that differs
 */
export function checkResume(saved: Pick<SavedRun, 'spec' | 'dataset'>, spec: Spec, dataset: string): void {
  const changes = differences(saved.spec, spec).flatMap((path) => {
    const limit = mayGrow[path];
    if (limit === undefined) return [`${path} was ${show(saved.spec, path)} and is ${show(spec, path)}`];
    const [before, after] = [limit(saved.spec.training), limit(spec.training)];
    if ((after ?? Infinity) >= (before ?? Infinity)) return [];
    return [`${path} was ${show(saved.spec, path)} and is ${show(spec, path)}, and may only grow`];
  });
  if (changes.length > 0) {
    throw new TwinspecError(
      'RESUME_REFUSED',
      `The spec is not the one that the run began with: ${changes.join('; ')}.`,
      {
        hint: `Put these back, or start a new run. ${Object.keys(mayGrow).join(', ')} may grow.`,
      },
    );
  }
  if (saved.dataset !== dataset) {
    throw new TwinspecError(
      'RESUME_REFUSED',
      `The dataset is not the one that the run began with: its sha256 was ${saved.dataset} and is ${dataset}.`,
      { hint: 'Bring the data back as they were, or start a new run.' },
    );
  }
}

/**
 * Refuses to go on with a run that has ended and kept its result: there is nothing left to do.
 *
 * @throws RESUME_REFUSED with what ended it
 */
export async function checkUnfinished(folder: string, ending: Ending | null): Promise<void> {
  if (ending === null) return;
  const hasResult = await access(join(folder, summaryName)).then(
    () => true,
    () => false,
  );
  if (!hasResult) return;
  const key = ending.by === 'earlyStopping' ? 'training.earlyStopping.patience' : `training.${ending.by}`;
  throw new TwinspecError('RESUME_REFUSED', `The run in ${folder} has ended: ${ending.reason}.`, {
    hint: `To go on, raise it, with --set ${key}=… or the option set. Its figures are in ${summaryName}.`,
  });
}

function show(spec: Spec, path: string): string {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], spec);
  return value === undefined ? 'absent' : JSON.stringify(value);
}
