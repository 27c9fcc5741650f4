import { distance } from 'fastest-levenshtein';

const longestName = 64;

/** The candidate that someone who typed `name` most likely meant; undefined when none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > longestName) return undefined;
  const wanted = bare(name);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const away = distance(wanted, bare(candidate));
    if (away < bestDistance && isPlausible(wanted, bare(candidate))) [best, bestDistance] = [candidate, away];
  }
  return best;
}

/** Short names differ in so few letters that a different first one makes another word: gpu is not cpu. */
function isPlausible(name: string, candidate: string): boolean {
  return name.length > 3 || name[0] === candidate[0];
}

/** Whether two names differ only in how their words are joined. */
export function isSameName(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

/** `learning_rate`, `learning-rate` and `learningRate` are one name to whoever misremembers it. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** A question for someone who typed `name`; undefined where no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const meant = nearest(name, candidates);
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}
