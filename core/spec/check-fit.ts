import { misfit } from '../plugin/units.js';
import { pluginPage, specPage } from './docs-page.js';
import type { Work } from './resolve.js';
import type { Spec } from './spec.js';
import { placeOf } from './tree.js';

/** Reports parts that are each valid but do not fit together. */
export function checkFit(spec: Spec, { tree, registry, report }: Work): void {
  const dataset = registry.get('dataset', spec.dataset.use);
  const sampler = registry.get('sampler', spec.training.sampler.use);
  const loss = registry.get('loss', spec.loss.use);
  const unit = sampler.yields[dataset.yields];
  if (!unit) {
    const takes = Object.keys(sampler.yields).join(' or ');
    const fits = registry.list('sampler').filter(({ yields }) => yields[dataset.yields]);
    report.add(placeOf(tree, '/training/sampler'), {
      code: 'SPEC_MISMATCH',
      path: 'training.sampler',
      message: `The sampler "${sampler.name}" takes ${takes}, but the dataset "${dataset.name}" yields ${dataset.yields}.`,
      hint: whatFits('Samplers', fits),
      docs: pluginPage('sampler', sampler.name),
    });
    return;
  }
  const reason = misfit(unit, loss.consumes);
  if (reason !== null) {
    const made = unit === dataset.yields ? '' : `, which the sampler "${sampler.name}" turns into ${unit}`;
    const fits = registry.list('loss').filter(({ consumes }) => misfit(unit, consumes) === null);
    const datasets = registry.list('dataset').filter(({ yields }) => {
      const other = sampler.yields[yields];
      return other !== undefined && misfit(other, loss.consumes) === null;
    });
    report.add(placeOf(tree, '/loss'), {
      code: 'SPEC_MISMATCH',
      path: 'loss',
      message:
        `The loss "${loss.name}" consumes ${consumed[loss.consumes]}, but the dataset "${dataset.name}" yields ` +
        `${dataset.yields}${made}: ${reason}.`,
      hint: [whatFits('Losses', fits), whatFits('Datasets', datasets)].filter(Boolean).join(' ') || undefined,
      docs: pluginPage('loss', loss.name),
    });
  }
  if (unit === 'rows' && spec.training.batchSize < 2)
    report.add(placeOf(tree, '/training/batchSize'), {
      code: 'SPEC_MISMATCH',
      path: 'training.batchSize',
      message: `A batch of 1 row holds no pair to learn from; "training.batchSize" is ${spec.training.batchSize}.`,
      hint: `The dataset "${dataset.name}" yields rows, so a batch needs at least 2 of them, better 32 or more.`,
      docs: specPage,
    });
}

const consumed = { pairs: 'pairs', triplets: 'triplets', batch: 'labelled batches' };

function whatFits(what: string, plugins: readonly { readonly name: string }[]): string | undefined {
  return plugins.length === 0 ? undefined : `${what} that fit: ${plugins.map(({ name }) => name).join(', ')}.`;
}
