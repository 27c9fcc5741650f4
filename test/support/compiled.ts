import { cp, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Compiled {
  /** JavaScript of the command line. */
  readonly bin: string;
  /** JavaScript of a plugin file with the dataset `blobs`. */
  readonly plugin: string;
}

/** The sources as JavaScript in a package of its own, so that child processes run them as they are now. */
export async function compiled(): Promise<Compiled> {
  const target = await mkdtemp(join(tmpdir(), 'twinspec-compiled-'));
  await cp(join(root, 'package.json'), join(target, 'package.json'));
  await symlink(join(root, 'node_modules'), join(target, 'node_modules'));
  const dist = join(target, 'dist');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const sources = [...(await sourcesIn('core')), ...(await sourcesIn('plugins'))];
  for (const file of [...sources, 'test/support/blobs.ts', 'test/support/blobs-plugin.ts']) {
    const text = await readFile(join(root, file), 'utf8');
    const compilerOptions = { ...options, module: ts.ModuleKind.ESNext };
    const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: join(root, file) });
    const out = join(dist, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, outputText);
  }
  return { bin: join(dist, 'core/cli/bin.js'), plugin: join(dist, 'test/support/blobs-plugin.js') };
}

async function sourcesIn(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}
