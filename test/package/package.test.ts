import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'twinspec-packed-'));
const home = join(project, 'node_modules/twinspec');
afterAll(() => rmSync(project, { recursive: true }));

// What a user has after `npm install twinspec`: what is packed, and beside it what it depends on.
const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project, root], {
  cwd: project,
});
execFileSync('tar', ['-xzf', packed.toString().trim()], { cwd: project });
mkdirSync(join(project, 'node_modules'));
renameSync(join(project, 'package'), home);
for (const name of readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('.')))
  symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name), 'junction');

const read = (file: string) => readFileSync(join(home, file), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(join(home, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** Names of the headings of a page, as links write them. */
function anchorsOf(page: string): string[] {
  const headings = [
    ...read(page)
      .replace(/^```[^]*?^```/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ];
  return headings.map(([, text]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('a link of the packed docs', () => {
  it.each(pages)('leads somewhere: %s', (page) => {
    for (const [, target] of read(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path, anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(home, file)), target).toBe(true);
      expect(relative(home, join(home, file)).startsWith('..'), target).toBe(false);
      if (anchor !== undefined) expect(anchorsOf(file), target).toContain(anchor);
    }
  });
});

describe('the README, in a project that has installed the package', () => {
  const { bin } = JSON.parse(read('package.json')) as { bin: { twinspec: string } };
  const blocks = [...read('README.md').matchAll(/^```(\w+)\n(?:\/\/ (\S+)\n)?([^]*?)^```/gm)];
  for (const [, , file, text] of blocks) if (file !== undefined) writeFileSync(join(project, file), text);
  const lines = blocks
    .filter(([, language]) => language === 'sh')
    .flatMap(([, , , text]) => text.trim().split('\n'))
    .map((line) => line.replace(/ +# .*/, ''))
    .filter((line) => /^(npx twinspec|cp) /.test(line) && !line.includes('runs/'));

  it('names commands', () => {
    expect(lines.filter((line) => line.includes('specs/')).length).toBeGreaterThan(5);
  });

  it.each(lines)('%s', { timeout: 120_000 }, (line) => {
    const command = line
      .replace(/^npx twinspec/, `"${process.execPath}" "${join(home, bin.twinspec)}"`)
      .replace(/( train .*)$/, '$1 --smoke');
    execFileSync('sh', ['-c', command], { cwd: project, stdio: 'pipe' });
  });
});
