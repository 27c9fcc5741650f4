import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The folders of core, each of which imports only from those before it. */
const order = [
  ...['words', 'metrics', 'schema', 'plugin', 'spec', 'random', 'data', 'graph', 'evaluation', 'training', 'formats'],
  ...['run', 'testing', 'trusted', 'wiring', 'model', 'api', 'cli'],
];
/** The composition root, which alone reads the list of shipped plugins. */
const compositionRoot = 'wiring';

/** What each folder may take from outside of the project, beside Node's own modules. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  words: ['fastest-levenshtein'],
  metrics: [],
  schema: ['ajv'],
  plugin: ['ajv', '@tensorflow/tfjs (types)'],
  spec: ['ajv', 'yaml'],
  random: [],
  data: [],
  graph: ['@tensorflow/tfjs (types)'],
  evaluation: [],
  training: [],
  formats: [],
  run: ['ajv'],
  testing: ['@tensorflow/tfjs'],
  trusted: ['jiti'],
  wiring: ['@tensorflow/tfjs', 'inversify', 'reflect-metadata'],
  model: ['ajv'],
  api: [],
  cli: ['cli-progress', 'commander'],
};
/** Folders that calculate only: no files, no network, no processes. */
const pure = ['metrics', 'schema', 'random', 'data', 'graph', 'evaluation', 'formats'];

interface Import {
  readonly file: string;
  readonly from: string;
  readonly types: boolean;
}

function importsUnder(folder: string): Import[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((name) => {
    const file = join(folder, name);
    const text = readFileSync(join(root, file), 'utf8');
    const statements = text.matchAll(
      /^(?:import|export)\s+(type\s)?[^;'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
    );
    return [...statements].map(([, types, from, bare, dynamic]) => ({
      file,
      from: from ?? bare ?? dynamic,
      types: types !== undefined,
    }));
  });
}

/** The path of a relative import inside the project, such as `core/graph/places.js`. */
const targetOf = ({ file, from }: Import) => normalize(join(dirname(file), from));
const isRelative = ({ from }: Import) => from.startsWith('.');
const isNode = ({ from }: Import) => from.startsWith('node:');
const titles = (imports: readonly Import[]) => imports.map(({ file, from }) => `${file} imports ${from}`);

describe('core', () => {
  const folders = readdirSync(join(root, 'core'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it('has no folder without a place in the order', () => {
    expect(folders.map(({ name }) => name).filter((name) => !order.includes(name))).toEqual([]);
  });

  it.each(folders.map(({ name }) => name))(
    '%s imports only from folders before it, and from its libraries',
    (folder) => {
      const imports = importsUnder(join('core', folder));
      const allowed = order.slice(0, order.indexOf(folder) + 1);
      const wrong = imports.filter((statement) => {
        if (isNode(statement)) return false;
        if (!isRelative(statement)) {
          return !libraries[folder].some(
            (name) => name === statement.from || (statement.types && name === `${statement.from} (types)`),
          );
        }
        const target = targetOf(statement);
        if (target === 'core/errors.js' || (folder === 'cli' && target === 'core/testing.js')) return false;
        if (target.startsWith('plugins/')) return folder !== compositionRoot || target !== 'plugins/index.js';
        return !allowed.some((name) => target.startsWith(`core/${name}/`));
      });
      expect(titles(wrong)).toEqual([]);
    },
  );

  it.each(pure)('%s touches no file, network or process', (folder) => {
    const effects = importsUnder(join('core', folder)).filter(
      (statement) => isNode(statement) && !['node:crypto', 'node:zlib'].includes(statement.from),
    );
    expect(titles(effects)).toEqual([]);
  });

  it('prints and exits in cli only', () => {
    const files = readdirSync(join(root, 'core'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.startsWith('cli'),
    );
    const wrong = files.filter((file) =>
      /console\.|process\.(exit|stdout|stderr|argv|on\b|once)/.test(readFileSync(join(root, 'core', file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});

it('no file imports itself by way of others, not even its types', () => {
  const imports = [...importsUnder('core'), ...importsUnder('plugins')];
  const targets = new Map<string, Set<string>>();
  for (const statement of imports) {
    const target = statement.from === 'twinspec/plugin' ? 'core/plugin/index.js' : targetOf(statement);
    if (!isRelative(statement) && statement.from !== 'twinspec/plugin') continue;
    targets.set(statement.file, (targets.get(statement.file) ?? new Set()).add(target.replace(/\.js$/, '.ts')));
  }
  const ended = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (ended.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    ended.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

describe('plugins', () => {
  it('import twinspec/plugin, their own folder and, for engines and datasets, libraries of their own', () => {
    const wrong = importsUnder('plugins').filter((statement) => {
      if (isNode(statement) || statement.from === 'twinspec/plugin') return false;
      if (isRelative(statement)) return !targetOf(statement).startsWith('plugins/');
      if (statement.types && statement.from === '@tensorflow/tfjs') return false;
      return (
        !/^plugins\/engines\//.test(statement.file) || !/^(onnxruntime-|protobufjs|@tensorflow\/)/.test(statement.from)
      );
    });
    expect(titles(wrong)).toEqual([]);
  });

  it('are all in the list of shipped plugins, which is sorted by kind and name', () => {
    const list = readFileSync(join(root, 'plugins/index.ts'), 'utf8');
    const paths = [...list.matchAll(/from '\.\/([^']+)\.js'/g)].map(([, path]) => path.replace(/\/index$/, ''));
    const present = readdirSync(join(root, 'plugins'), { recursive: true, encoding: 'utf8' })
      .filter(
        (file) =>
          file.endsWith('.ts') && /^export default define/m.test(readFileSync(join(root, 'plugins', file), 'utf8')),
      )
      .map((file) => file.replace(/(\/index)?\.ts$/, ''));
    expect(paths).toEqual(present.sort());
  });
});
