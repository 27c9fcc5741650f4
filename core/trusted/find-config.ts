import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const names = ['twinspec.config.ts', 'twinspec.config.js', 'twinspec.config.mjs'];

/** The path of a folder's config; undefined where it has none. */
export function findConfig(folder: string): string | undefined {
  return names.map((name) => resolve(folder, name)).find((file) => existsSync(file));
}
