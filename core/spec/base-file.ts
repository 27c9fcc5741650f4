import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Finding } from './read/report.js';
import { quote, received } from '../words/received.js';

/** A file that a spec extends. */
export interface BaseFile {
  /** As messages call it. */
  readonly name: string;
  /** Without symbolic links. */
  readonly path: string;
}

const example = 'Write a path below the folder of the spec, such as ./base.yaml.';

/**
 * The file that `extends` names in a file of a folder, or what is wrong with it. It must be a YAML file inside `root`,
 * the real folder of the spec, wherever symbolic links lead.
 */
export async function findBase(value: unknown, from: BaseFile, root: string): Promise<BaseFile | Finding> {
  if (typeof value !== 'string' || value === '')
    return invalid(`"extends" must be the path of a YAML file; received ${received(value)}.`, example);
  if (/[\\\0]/.test(value) || /^[a-z][a-z0-9+.-]*:/i.test(value) || isAbsolute(value))
    return invalid(`"extends" must be a relative path with forward slashes; received ${quote(value)}.`, example);
  if (!/\.ya?ml$/i.test(value))
    return invalid(`"extends" must name a file that ends in .yaml or .yml; received ${quote(value)}.`, example);
  const wanted = resolve(dirname(from.path), value);
  const outside = invalid(`"extends" leaves the folder of the spec; received ${quote(value)}.`, example);
  if (!isInside(root, wanted)) return outside;
  let path: string;
  try {
    path = await realpath(wanted);
  } catch {
    const message = `"extends" names a file that does not exist; received ${quote(value)}.`;
    return { code: 'SPEC_FILE', path: 'extends', message, hint: `The path starts at ${dirname(from.name)}.` };
  }
  return isInside(root, path) ? { name: join(dirname(from.name), value), path } : outside;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function invalid(message: string, hint: string): Finding {
  return { code: 'SPEC_INVALID', path: 'extends', message, hint };
}
