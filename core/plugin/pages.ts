import { specPage } from '../words/docs-page.js';
import { kinds, type Kind } from './kinds/index.js';

/** The page about a plugin; a third party's, known by its prefix, has none here. */
export function pluginPage(kind: Kind, name: string): string {
  return name.includes('/') ? specPage : `docs/reference/${kinds[kind].plural}/${name}.md`;
}

/** The page with all plugins of a kind. */
export function kindPage(kind: Kind): string {
  return `docs/reference/${kinds[kind].plural}/README.md`;
}
