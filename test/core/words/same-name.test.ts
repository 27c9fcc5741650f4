import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPluginFile, loadSpec, resume } from 'twinspec';
import { sameName } from '../../../core/words/same-name.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const [composed, decomposed] = ['caf\u00e9.yaml', 'cafe\u0301.yaml'];

/** Some file systems take both for one. */
function differ(): boolean {
  writeFileSync(join(folder(), decomposed), '');
  return !existsSync(join(folder(), composed));
}

describe('a path that is not there', () => {
  it.each([
    ['a spec', (path: string) => loadSpec(path)],
    ['a plugin file', loadPluginFile],
    ['a run', resume],
  ] as const)('is told from one that looks the same: %s', async (_, open) => {
    if (!differ()) return;
    const problems = await open(join(folder(), composed)).catch((error: unknown) => error);
    expect(JSON.stringify(problems)).toContain('another Unicode form');
    expect(JSON.stringify(problems)).toContain(decomposed);
  });

  it('has no such hint where none looks the same', () => {
    writeFileSync(join(folder(), 'cafe.yaml'), '');
    expect(sameName(join(folder(), composed))).toBe(undefined);
    expect(sameName(join(folder(), 'none', composed))).toBe(undefined);
  });
});
