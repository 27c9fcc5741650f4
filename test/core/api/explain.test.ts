import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { defineDataset } from 'twinspec/plugin';
import { explain } from '../../../core/api/explain.js';
import { blobs, blobSpec } from '../../support/blobs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();

it('counts the classes that are there, whatever their labels', async () => {
  const gapped = defineDataset({
    name: 'gapped',
    summary: 'Blobs of the classes 0, 2 and 4.',
    yields: 'pairs',
    create: () => ({
      async load(signal) {
        const loaded = await (await blobs().create({})).load(signal);
        return { ...loaded, labels: Array.from(loaded.labels!, (label) => 2 * Number(label)) };
      },
    }),
  });
  const file = join(folder(), 'spec.yaml');
  await writeFile(file, stringify(blobSpec({ dataset: 'gapped' })));
  const { dataset } = await explain(file, { plugins: [gapped], signal: new AbortController().signal });
  expect(dataset.classes).toBe(3);
});
