import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const names = ['twinspec.config.ts', 'twinspec.config.js', 'twinspec.config.mjs'];

/** The path of the config of a folder, or else of the nearest above it within its project; undefined where there is none. */
export function findConfig(folder: string): string | undefined {
  return withinProject(resolve(folder))
    .flatMap((each) => names.map((name) => join(each, name)))
    .find((file) => existsSync(file));
}

/** A folder and those above it up to the nearest with a package.json; the folder alone where none has. */
function withinProject(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; !existsSync(join(at, 'package.json')); at = dirname(at)) {
    if (dirname(at) === at) return [folder];
    folders.push(dirname(at));
  }
  return folders;
}
