import { pluginPage } from '../../plugin/pages.js';
import { counted } from '../../words/counted.js';
import { addMisfit, addWarning } from './misfit.js';
import type { Work } from '../shell/check-uses.js';
import type { Spec } from '../shell/spec.js';
import { isMapping } from '../../schema/mapping.js';

/** Reports what takes longer than the run, as far as the spec alone tells. */
export function checkLength(spec: Spec, work: Work): void {
  checkWarmUp(spec, work);
  checkSchedule(spec, work);
  checkJudgements(spec, work);
  checkPatience(spec, work);
  checkForgottenPatience(spec, work);
}

function checkWarmUp({ training }: Spec, work: Work): void {
  const { warmupSteps, maxSteps } = training;
  if (maxSteps === null || warmupSteps < maxSteps) return;
  addMisfit(work, 'training.warmupSteps', {
    message: `A warm-up of ${warmupSteps} steps does not end in a run of ${maxSteps} ("training.maxSteps").`,
    hint: 'Make the warm-up shorter than the run: the learning rate never gets to its schedule.',
  });
}

function checkSchedule({ training: { learningRate, epochs } }: Spec, work: Work): void {
  const { waits = [] } = work.registry.get('schedule', learningRate.use);
  for (const option of waits) {
    const value = learningRate.with[option];
    if (typeof value !== 'number' || value < epochs) continue;
    addWarning(work, `training.learningRate.with.${option}`, {
      message: `"training.learningRate.with.${option}" is ${value} epochs, but the run ends after ${epochs}.`,
      hint: 'What the schedule waits for never comes. Take fewer epochs here, or train for more.',
      docs: pluginPage('schedule', learningRate.use),
    });
  }
}

function checkJudgements({ training: { validate, epochs } }: Spec, work: Work): void {
  const { everyEpochs, everySteps } = validate;
  if (everyEpochs === null || everySteps !== null || everyEpochs <= epochs) return;
  addWarning(work, 'training.validate.everyEpochs', {
    message: `"training.validate.everyEpochs" is ${everyEpochs}, but the run ends after ${epochs}: it is judged only at its end.`,
    hint: 'Judge more often, or write null to say so.',
  });
}

/** The first judgement is always the best so far, so it takes one more than the patience to stop. */
function checkPatience({ training: { earlyStopping, validate, epochs } }: Spec, work: Work): void {
  const { metric, patience, restoreBest } = earlyStopping;
  if (patience === null || restoreBest) return;
  if (metric !== 'loss' && validate.everySteps !== null) return;
  const every = metric === 'loss' ? 1 : validate.everyEpochs;
  if (every === null) return;
  const judgements = Math.floor(epochs / every);
  if (judgements === 0 || patience < judgements) return;
  addWarning(work, 'training.earlyStopping.patience', {
    message: `"training.earlyStopping.patience" is ${patience}, but the run is judged ${counted(judgements, 'time')}: it never stops early.`,
    hint: 'Stopping takes one judgement more than the patience: lower it, or train for more epochs.',
  });
}

/** A spec with every default written out has a patience, be it null, and knows what it says. */
function checkForgottenPatience({ training: { earlyStopping } }: Spec, work: Work): void {
  const training = isMapping(work.tree.value) ? work.tree.value['training'] : undefined;
  const written = isMapping(training) ? training['earlyStopping'] : undefined;
  if (earlyStopping.patience !== null || !isMapping(written) || 'patience' in written) return;
  const restores = written['restoreBest'] === true ? ', and restores nothing' : '';
  addWarning(work, 'training.earlyStopping', {
    message: `"training.earlyStopping" has no patience, so training never stops early${restores}.`,
    hint: 'Set training.earlyStopping.patience, such as 5 judgements without a better figure.',
  });
}
