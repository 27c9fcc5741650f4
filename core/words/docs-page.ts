import type { ErrorCode } from '../errors.js';
import type { Kind } from '../plugin/kinds/index.js';

const folders: Readonly<Record<Kind, string>> = {
  base: 'bases',
  distance: 'distances',
  loss: 'losses',
  reducer: 'reducers',
  dataset: 'datasets',
  sampler: 'samplers',
  optimizer: 'optimizers',
  schedule: 'schedules',
  engine: 'engines',
};

/** The page about the keys of a spec. */
export const specPage = 'docs/reference/spec.md';

/** The page about an error code. */
export function errorPage(code: ErrorCode): string {
  return `docs/reference/errors.md#${code.toLowerCase()}`;
}

/** The page about a plugin; a third party's, known by its prefix, has none here. */
export function pluginPage(kind: Kind, name: string): string {
  return name.includes('/') ? specPage : `docs/reference/${folders[kind]}/${name}.md`;
}

/** The page with all plugins of a kind. */
export function kindPage(kind: Kind): string {
  return `docs/reference/${folders[kind]}/README.md`;
}
