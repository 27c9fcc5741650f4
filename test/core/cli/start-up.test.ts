import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** The packages that load with these files: what they import statically, types aside, and what that imports. */
function packagesOf(...entries: string[]): string[] {
  const [seen, packages] = [new Set<string>(), new Set<string>()];
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    const imports = text.matchAll(/^(?:import|export)\s(?!type\b)[^;'"]*?from '([^']+)'|^import '([^']+)'/gm);
    for (const [, from, bare] of imports) {
      const target = from ?? bare;
      if (target.startsWith('node:')) continue;
      if (target === 'twinspec/plugin') visit('core/plugin/index.ts');
      else if (!target.startsWith('.')) packages.add(target);
      else visit(normalize(join(dirname(file), target)).replace(/\.js$/, '.ts'));
    }
  };
  for (const entry of entries) visit(entry);
  expect([...seen].every((file) => existsSync(file))).toBe(true);
  return [...packages].sort();
}

test('--help loads the command line parser only', () => {
  expect(packagesOf('core/cli/bin.ts')).toEqual(['commander', 'fastest-levenshtein']);
});

test('validate loads no framework, no runtime and no compiler', () => {
  expect(
    packagesOf('core/cli/bin.ts', 'core/spec/load-spec.ts', 'core/wiring/registry.ts', 'core/trusted/find-config.ts'),
  ).toEqual(['ajv', 'commander', 'fastest-levenshtein', 'yaml']);
});
