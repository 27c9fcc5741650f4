import { pluginPage } from '../../plugin/pages.js';
import { addMisfit, addWarning } from './misfit.js';
import type { Work } from '../shell/check-uses.js';
import type { Spec } from '../shell/spec.js';

/** Reports what needs a validation split where nothing is held out, or where it is never judged. */
export function checkValidation(spec: Spec, work: Work): void {
  const missing = missingSplit(spec, work);
  if (missing) reportMissing(spec, missing, work);
  else checkJudged(spec, work);
}

interface MissingSplit {
  readonly reason: string;
  /** The option that would make one. */
  readonly option: string;
  readonly docs: string;
}

/** Why there is no validation split, where the options of the dataset tell before it is loaded. */
function missingSplit({ dataset }: Spec, { registry }: Work): MissingSplit | undefined {
  const { holdsOut } = registry.get('dataset', dataset.use);
  if (holdsOut === undefined || (dataset.with[holdsOut] !== 0 && dataset.with[holdsOut] !== null)) return undefined;
  const option = `dataset.with.${holdsOut}`;
  return {
    reason: `the dataset "${dataset.use}" holds nothing out for validation ("${option}" is ${String(dataset.with[holdsOut])})`,
    option,
    docs: pluginPage('dataset', dataset.use),
  };
}

function reportMissing(spec: Spec, { reason, option, docs }: MissingSplit, work: Work): void {
  const { everySteps } = spec.training.validate;
  const watched = watchedMetric(spec);
  const followed = followedMetric(spec, work);
  if (spec.evaluation.threshold === 'fit') {
    addMisfit(work, 'evaluation.threshold', {
      message: `"evaluation.threshold" is fit, but ${reason}.`,
      hint: `Set ${option}, or write a number. One fitted on the test split would flatter its figures.`,
      docs,
    });
  }
  if (followed) {
    addMisfit(work, `training.learningRate.with.${followed.option}`, {
      message: `The learning rate follows ${followed.metric} of the validation split, but ${reason}.`,
      hint: `Set ${option}, or follow ${followed.option}: loss.`,
      docs,
    });
  }
  if (watched) {
    addMisfit(work, 'training.earlyStopping', {
      message: `Early stopping watches ${watched} of the validation split, but ${reason}.`,
      hint: `Set ${option}, or watch metric: loss.`,
      docs,
    });
  } else if (everySteps !== null) {
    addWarning(work, 'training.validate.everySteps', {
      message: `"training.validate.everySteps" is ${everySteps}, which has no effect: ${reason}.`,
      hint: `Set ${option}, or remove the key.`,
      docs,
    });
  }
}

function checkJudged(spec: Spec, work: Work): void {
  const { everyEpochs, everySteps } = spec.training.validate;
  const watched = watchedMetric(spec);
  if (!watched || everyEpochs !== null || everySteps !== null) return;
  addMisfit(work, 'training.earlyStopping', {
    message: `Early stopping watches ${watched} of the validation split, but "training.validate" says never to judge by it.`,
    hint: 'Set training.validate.everyEpochs: 1, or watch metric: loss.',
  });
}

/** The metric of the validation split that the schedule follows, and the option that names it. */
function followedMetric({ training: { learningRate } }: Spec, { registry }: Work) {
  const { follows: option } = registry.get('schedule', learningRate.use);
  if (option === undefined || learningRate.with[option] === 'loss') return null;
  return { option, metric: String(learningRate.with[option]) };
}

function watchedMetric({ training: { earlyStopping } }: Spec): string | null {
  const { patience, metric } = earlyStopping;
  return patience === null || metric === 'loss' ? null : metric;
}
