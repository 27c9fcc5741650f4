import type { Kind } from './kinds/index.js';
import { apiVersion } from './descriptor.js';
import { show } from './show.js';

/** What to change in a plugin of the first version, by kind; nothing where a kind is not here. */
const changes: Readonly<Partial<Record<Kind, string>>> = {
  base: 'model may get samples of several columns, whose shapes are its second argument',
  dataset: 'give samples as columns by name, such as { image: { shape, data, scale } }',
  distance:
    'state reach: { normalized: 2 } instead of largestNormalized: 2, and hand the third argument of between on where you call another distance',
  engine: 'open gets samples as columns, and an input of kind rows names its column',
  loss: "state the names of its own weights and state, such as weights: ['proxies']",
  sampler: 'give batches of one size, but for the last of an epoch',
};

/** What to write for a key of the first version. */
export const replacedKeys: ReadonlyMap<string, string> = new Map([
  ['largestNormalized', 'State reach: { normalized: … } instead'],
]);

const page = 'docs/decisions/plugin-api-2.md';

/** What to do with a plugin that was made for another version of the contract, in words that follow its name. */
export function otherVersion(version: unknown, kind: string): string {
  const made = `was made for plugin API ${show(version)}; this copy of Twinspec speaks ${apiVersion}`;
  if (typeof version === 'number' && version > apiVersion) return `${made}. Update Twinspec`;
  if (version !== 1) return `${made}. Define it with the define functions of twinspec/plugin`;
  const change = changes[kind as Kind];
  const what = change === undefined ? 'Nothing changed for its kind' : `For its kind that means: ${change}`;
  return `${made}. ${what}. Then let it import twinspec/plugin of this release. See ${page}`;
}
