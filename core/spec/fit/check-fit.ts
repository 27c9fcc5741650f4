import type { Unit } from '../../plugin/kinds/dataset.js';
import { misfit } from '../../plugin/units.js';
import { checkAccumulation } from './check-accumulation.js';
import { checkLength } from './check-length.js';
import { checkMargins } from './check-margins.js';
import { checkOptions } from './check-options.js';
import { checkRequires } from './check-requires.js';
import { checkValidation } from './check-validation.js';
import { pluginPage } from '../../plugin/pages.js';
import { addMisfit } from './misfit.js';
import type { Work } from '../shell/check-uses.js';
import type { Spec } from '../shell/spec.js';

/** Reports parts that are each valid but do not fit together, and warns of what has no effect. */
export function checkFit(spec: Spec, work: Work): void {
  checkBatches(spec, work);
  checkOptions(spec, work);
  checkRequires(spec, work);
  checkMargins(spec, work);
  checkValidation(spec, work);
  checkLength(spec, work);
}

function checkBatches(spec: Spec, work: Work): void {
  const unit = unitOfBatches(spec, work);
  if (!unit) return;
  checkLoss(spec, unit, work);
  checkBatchSize(spec, unit, work);
  checkAccumulation(spec, unit, work);
}

/** What the sampler makes of the dataset; undefined, and reported, where it cannot take it. */
function unitOfBatches(spec: Spec, work: Work): Unit | undefined {
  const { registry } = work;
  const dataset = registry.get('dataset', spec.dataset.use);
  const sampler = registry.get('sampler', spec.training.sampler.use);
  const unit = sampler.yields[dataset.yields];
  if (unit) return unit;
  const takes = Object.keys(sampler.yields).join(' or ');
  const fits = registry.list('sampler').filter(({ yields }) => yields[dataset.yields]);
  addMisfit(work, 'training.sampler', {
    message: `The sampler "${sampler.name}" takes ${takes}, but the dataset "${dataset.name}" yields ${dataset.yields}.`,
    hint: whatFits('Samplers', fits),
    docs: pluginPage('sampler', sampler.name),
  });
  return undefined;
}

const consumed = { pairs: 'pairs', triplets: 'triplets', batch: 'labelled batches' };

function checkLoss(spec: Spec, unit: Unit, work: Work): void {
  const { registry } = work;
  const dataset = registry.get('dataset', spec.dataset.use);
  const sampler = registry.get('sampler', spec.training.sampler.use);
  const loss = registry.get('loss', spec.loss.use);
  const reason = misfit(unit, loss.consumes);
  if (reason === null) return;
  const made = unit === dataset.yields ? '' : `, which the sampler "${sampler.name}" turns into ${unit}`;
  const losses = registry.list('loss').filter(({ consumes }) => misfit(unit, consumes) === null);
  const datasets = registry.list('dataset').filter(({ yields }) => {
    const other = sampler.yields[yields];
    return other !== undefined && misfit(other, loss.consumes) === null;
  });
  addMisfit(work, 'loss', {
    message:
      `The loss "${loss.name}" consumes ${consumed[loss.consumes]}, but the dataset "${dataset.name}" yields ` +
      `${dataset.yields}${made}: ${reason}.`,
    hint: [whatFits('Losses', losses), whatFits('Datasets', datasets)].filter(Boolean).join(' ') || undefined,
    docs: pluginPage('loss', loss.name),
  });
}

function checkBatchSize({ dataset, training }: Spec, unit: Unit, work: Work): void {
  if (unit !== 'rows' || training.batchSize >= 2) return;
  addMisfit(work, 'training.batchSize', {
    message: `A batch of ${training.batchSize} row holds no pair to learn from.`,
    hint: `Batches are rows of the dataset "${dataset.use}": take at least 2 of them, better 32 or more.`,
  });
}

function whatFits(what: string, plugins: readonly { readonly name: string }[]): string | undefined {
  return plugins.length === 0 ? undefined : `${what} that fit: ${plugins.map(({ name }) => name).join(', ')}.`;
}
