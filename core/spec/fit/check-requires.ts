import type { LossRequires } from '../../plugin/kinds/loss.js';
import { pluginPage } from '../../plugin/pages.js';
import { everyUse } from '../plugin-uses.js';
import type { Work } from '../shell/check-uses.js';
import type { Spec } from '../shell/spec.js';
import { addMisfit } from './misfit.js';

/** Reports what the losses of a spec, those inside of others too, require of the rest of it and do not find. */
export function checkRequires(spec: Spec, work: Work): void {
  for (const { kind, use } of everyUse(spec, work.registry)) {
    if (kind !== 'loss') continue;
    const { name, requires } = work.registry.get('loss', use.use);
    if (requires !== undefined) checkOne(spec, name, requires, work);
  }
}

function checkOne(spec: Spec, loss: string, { distance, similarity, normalized }: LossRequires, work: Work): void {
  const { registry } = work;
  const docs = pluginPage('loss', loss);
  const used = registry.get('distance', spec.distance.use);
  const fits = (name: string, stated: string | undefined) =>
    (distance?.includes(name) ?? true) &&
    (similarity === undefined || (stated !== undefined && (similarity === true || similarity.includes(stated))));
  if (!fits(used.name, used.similarity)) {
    const others = registry.list('distance').filter((other) => fits(other.name, other.similarity));
    addMisfit(work, 'distance', {
      message: `The loss "${loss}" requires ${wanted(distance, similarity)}, but "distance" is "${used.name}"${statement(similarity, used.similarity)}.`,
      hint: others.length === 0 ? undefined : `Distances that fit: ${others.map(({ name }) => name).join(', ')}.`,
      docs,
    });
  }
  if (normalized && !spec.embedding.normalize) {
    addMisfit(work, 'embedding.normalize', {
      message: `The loss "${loss}" requires embeddings of length 1, but "embedding.normalize" is false.`,
      hint: 'Set embedding.normalize: true.',
      docs,
    });
  }
}

function wanted(distance: LossRequires['distance'], similarity: LossRequires['similarity']): string {
  const such =
    similarity === true ? 'a distance that states a similarity' : `the similarity ${similarity?.join(' or ')}`;
  return [...(distance ? [`the distance ${distance.join(' or ')}`] : []), ...(similarity ? [such] : [])].join(' and ');
}

function statement(similarity: LossRequires['similarity'], stated: string | undefined): string {
  if (similarity === undefined) return '';
  return stated === undefined ? ', which states none' : `, whose similarity is ${stated}`;
}
