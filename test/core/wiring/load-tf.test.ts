import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { runNode } from '../../support/children.js';
import { compiled } from '../../support/compiled.js';

const { bin } = await compiled();
const root = join(dirname(bin), '../..');

/** A program that loads a copy of TensorFlow.js, forgets its files, and lets Twinspec load another. */
async function hostWith(more: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const file = join(root, 'host.cjs');
  const loadTf = pathToFileURL(join(root, 'core/wiring/load-tf.js')).href;
  await writeFile(
    file,
    `const ours = require('@tensorflow/tfjs');
     ours.backend().firstUse = false;
     const { warn } = console;
     for (const path of Object.keys(require.cache)) if (path.includes('@tensorflow')) delete require.cache[path];
     import(${JSON.stringify(loadTf)}).then(async ({ loadTf }) => {
       const theirs = await loadTf();
       if (theirs === ours || theirs.ENGINE !== ours.ENGINE) throw new Error('There is no second copy.');
       console.log(Array.from(await theirs.add(1, 2).data())[0], Array.from(await ours.add(1, 2).data())[0], console.warn === warn);
       ${more}
     });`,
  );
  return runNode([file]).ended;
}

it('loads in silence beside another copy of TensorFlow.js', async () => {
  expect(await hostWith('')).toMatchObject({ status: 0, stdout: '3 3 true\n', stderr: '' });
});

it('leaves warnings of the host alone', async () => {
  const { stderr } = await hostWith(`console.warn('mine is already registered');`);
  expect(stderr).toBe('mine is already registered\n');
});
