import type { Unit } from '../../plugin/kinds/dataset.js';
import { misfit } from '../../plugin/units.js';
import { consumedBy } from '../consumed-by.js';
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
  const forms = consumedBy(spec.loss, registry);
  const [form] = forms;
  const docs = pluginPage('loss', spec.loss.use);
  if (forms.length !== 1) {
    const found =
      forms.length === 0 ? 'there are none' : `these take ${forms.map((each) => consumed[each]).join(' and ')}`;
    addMisfit(work, 'loss', {
      message: `The loss "${spec.loss.use}" stands around losses that take the same, and ${found}.`,
      hint: 'Name at least one loss in its options, and only such as take the same.',
      docs,
    });
    return;
  }
  const reason = misfit(unit, form);
  if (reason === null) return;
  const made = unit === dataset.yields ? '' : `, which the sampler "${sampler.name}" turns into ${unit}`;
  const losses = registry
    .list('loss')
    .filter(({ consumes }) => typeof consumes === 'string' && misfit(unit, consumes) === null);
  const datasets = registry.list('dataset').filter(({ yields }) => {
    const other = sampler.yields[yields];
    return other !== undefined && misfit(other, form) === null;
  });
  addMisfit(work, 'loss', {
    message:
      `The loss "${spec.loss.use}" consumes ${consumed[form]}, but the dataset "${dataset.name}" yields ` +
      `${dataset.yields}${made}: ${reason}.`,
    hint: [whatFits('Losses', losses), whatFits('Datasets', datasets)].filter(Boolean).join(' ') || undefined,
    docs,
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
