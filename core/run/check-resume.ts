import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { TwinspecError } from '../errors.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Ending } from '../training/ending.js';
import type { SavedRun } from './checkpoints.js';
import { differences } from './differences.js';
import { packageVersion, readEnvironment } from './environment.js';
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
 * Refuses to go on where the step computes something else than when the run began, unless that is known: the code of a
 * plugin has changed. Another version of Twinspec may write the same step differently, so that is only a warning, which is
 * returned.
 *
 * @throws RESUME_REFUSED
 */
export async function checkCode(folder: string, step: string | undefined, isKnown: boolean): Promise<string | null> {
  const began = await readEnvironment(folder);
  if (!began?.step || step === undefined || began.step.sha256 === step) return null;
  const now = packageVersion('twinspec');
  if (began.twinspec !== now)
    return `The training step is not written as when the run began, with Twinspec ${began.twinspec}; this is ${now}. If the code of a plugin has changed too, its results are those of neither.`;
  const what = 'The training step computes something else than when the run began: the code of a plugin has changed.';
  if (isKnown) return what;
  throw new TwinspecError('RESUME_REFUSED', what, {
    hint: 'Bring the code back as it was, start a new run, or go on with what there is: --changed-code, or changedCode: true.',
  });
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
