import { pluginPage } from '../../plugin/pages.js';
import type { PlacedUse } from '../../plugin/uses.js';
import { consumedBy } from '../consumed-by.js';
import { everyUse } from '../plugin-uses.js';
import { addMisfit, addWarning } from './misfit.js';
import type { Work } from '../shell/check-uses.js';
import type { Spec } from '../shell/spec.js';

/** Compares the margins of the loss and the threshold with the distances that there can be, and with each other. */
export function checkMargins(spec: Spec, work: Work): void {
  const { distance, embedding } = spec;
  const losses = everyUse(spec, work.registry).filter(({ kind }) => kind === 'loss');
  const margins = losses.flatMap((loss) => marginsOf(loss, work));
  const { reach = {} } = work.registry.get('distance', distance.use);
  const { any = Infinity, normalized = any } = reach;
  const largest = embedding.normalize ? normalized : any;
  checkReach(spec, margins, largest, work);
  checkThreshold(spec, margins, largest, work);
}

interface Margin {
  readonly loss: string;
  readonly path: string;
  readonly value: number;
}

function marginsOf({ place, use: { use, with: options } }: PlacedUse, { registry }: Work): readonly Margin[] {
  return (registry.get('loss', use).margins ?? []).flatMap((option) => {
    const value = options[option];
    return typeof value === 'number' ? [{ loss: use, path: `${place}.with.${option}`, value }] : [];
  });
}

function checkReach(spec: Spec, margins: readonly Margin[], largest: number, work: Work): void {
  for (const { loss, path, value } of margins.filter(({ value }) => value >= largest)) {
    addWarning(work, path, {
      message: `"${path}" is ${value}, but ${reachOf(spec, largest)}.`,
      hint: `No example ever gets to the margin, so all of them go on being pushed apart. Take less than ${largest}.`,
      docs: pluginPage('loss', loss),
    });
  }
}

function checkThreshold(spec: Spec, margins: readonly Margin[], largest: number, work: Work): void {
  const { threshold } = spec.evaluation;
  if (threshold === 'fit') return;
  if (threshold >= largest) {
    return addMisfit(work, 'evaluation.threshold', {
      message: `"evaluation.threshold" is ${threshold}, but ${reachOf(spec, largest)}.`,
      hint: `Every pair would count as the same class. Take less than ${largest}, or fit.`,
    });
  }
  // From its margin on, a loss over pairs leaves a pair of two classes where it is.
  if (margins.length === 0 || !consumedBy(spec.loss, work.registry).includes('pairs')) return;
  const widest = margins.reduce((a, b) => (b.value > a.value ? b : a));
  if (threshold < widest.value) return;
  addWarning(work, 'evaluation.threshold', {
    message: `"evaluation.threshold" is ${threshold}, but training pushes pairs of two classes only ${widest.value} apart ("${widest.path}").`,
    hint: `Pairs closer than the threshold count as the same class: take half the margin, ${widest.value / 2}, or fit.`,
  });
}

function reachOf({ distance, embedding }: Spec, largest: number): string {
  const which = embedding.normalize ? 'embeddings of length 1 ("embedding.normalize")' : 'embeddings';
  return `${which} are at most ${largest} apart by the distance "${distance.use}"`;
}
