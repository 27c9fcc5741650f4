import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findBase, type BaseFile } from './base-file.js';
import { specPage } from '../words/docs-page.js';
import { defaultLimits, type Limits } from './read/limits.js';
import { mergeTrees } from './merge-trees.js';
import { originsOf, type Origin } from './read/origins.js';
import { applyOverrides } from './overrides.js';
import type { ReadOptions } from './parse-spec.js';
import { parseYaml, textSource } from './read/parse.js';
import { readText } from './read/read-text.js';
import { createReport } from './read/report.js';
import type { Spec } from './shell/spec.js';
import { isMapping, type Mapping } from '../schema/mapping.js';
import { placeOf, type Tree } from './read/tree.js';
import { validate } from './validate.js';

/** Places of a file come after all those of the file that extends it. */
const orderOfFile = 1e9;

/**
 * Reads a spec file and those that it extends; otherwise as parseSpec. A file that it extends lies in the spec's folder
 * or below it. Rejects with SPEC_FILE when a file is missing, a folder, too large or not UTF-8.
 */
export async function loadSpec(file: string, options: ReadOptions): Promise<Spec> {
  return (await traceSpec(file, options)).spec;
}

/** As loadSpec, with the origin of each value by its dotted path. */
export async function traceSpec(
  file: string,
  options: ReadOptions,
): Promise<{ spec: Spec; origins: ReadonlyMap<string, Origin> }> {
  const { registry, set = [] } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const report = createReport(limits.problems, options.onWarning);
  const layers = await readLayers(file, limits);
  const tree = layers.reduceRight((lower, upper) => mergeTrees(lower, upper, registry));
  applyOverrides(tree, set, { registry, limits, report });
  const spec = validate(tree, registry, report);
  return { spec, origins: originsOf(spec, tree) };
}

/** The tree of the file, and those of the files that it extends, from near to far. */
async function readLayers(file: string, limits: Limits): Promise<Tree[]> {
  const layers: Tree[] = [];
  const seen = new Map<string, string>();
  let next: BaseFile | null = { name: file, path: file };
  let root = '';
  while (next) {
    const current: BaseFile = next;
    const text = await readText(current.path, current.name, limits);
    const tree = parseYaml(textSource(text, current.name, limits, layers.length * orderOfFile));
    layers.push(tree);
    // What is no mapping is left for the validation to report; nothing is laid over it.
    if (!isMapping(tree.value)) return [tree];
    if (!('extends' in tree.value)) break;
    root ||= await realpath(dirname(file));
    const from = layers.length === 1 ? { name: file, path: join(root, basename(file)) } : current;
    seen.set(await realpath(from.path), from.name);
    next = await baseOf(tree, from, root, seen, limits);
  }
  return layers;
}

async function baseOf(
  tree: Tree,
  from: BaseFile,
  root: string,
  seen: ReadonlyMap<string, string>,
  limits: Limits,
): Promise<BaseFile> {
  const report = createReport(limits.problems);
  const place = placeOf(tree, '/extends');
  const mapping = tree.value as Mapping;
  const found = await findBase(mapping['extends'], from, root);
  delete mapping['extends'];
  if ('code' in found) report.add(place, { ...found, docs: specPage });
  else if (seen.has(found.path)) {
    const message = `"extends" goes in a circle: ${[...seen.values(), found.name].join(' -> ')}.`;
    report.add(place, { code: 'SPEC_INVALID', path: 'extends', message, hint: 'Remove one of them.', docs: specPage });
  } else if (seen.size > limits.extends) {
    const message = `More than ${limits.extends} files extend each other.`;
    report.add(place, { code: 'SPEC_INVALID', path: 'extends', message, hint: 'Merge some of them.', docs: specPage });
  }
  report.settle();
  return found as BaseFile;
}
