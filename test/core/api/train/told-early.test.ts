import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSpec, resume, train, type RunEvent } from 'twinspec';
import { expect, it } from 'vitest';
import { blobs, blobSpec } from '../../../support/blobs.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const folder = temporaryFolder();
const plugins = [blobs()];

/** It is judged after it has ended; and a batch is larger than the split. */
const doubtful = blobSpec({
  training: { learningRate: 0.01, batchSize: 1000, epochs: 2, validate: { everyEpochs: 5 } },
});

async function written(): Promise<RunEvent[]> {
  const lines = (await readFile(join(folder(), 'run', 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as RunEvent);
}
const warnings = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));

it('what is told before there is a run folder is written down there, once and first', async () => {
  const told: RunEvent[] = [];
  const out = join(folder(), 'run');
  const { model } = await train(doubtful, { plugins, folder: { out }, onEvent: (event) => told.push(event) });
  await model.dispose();
  const events = await written();
  expect(events.map(({ type }) => type).slice(0, 3)).toEqual(['warning', 'warning', 'started']);
  expect(warnings(events)).toEqual(warnings(told));
  expect(warnings(events)).toEqual([
    expect.stringContaining('"training.validate.everyEpochs" is 5'),
    expect.stringContaining('training.batchSize is 1000'),
  ]);

  const later: RunEvent[] = [];
  const gone = await resume(out, { plugins, set: ['training.epochs=3'], onEvent: (event) => later.push(event) });
  await gone.model.dispose();
  expect(warnings(later)).toHaveLength(2);
  expect(warnings(await written())).toEqual(warnings(events));
  expect((await written()).filter(({ type }) => type === 'started')).toHaveLength(1);
});

it('so is what the reading of the spec has told', async () => {
  const file = join(folder(), 'spec.json');
  await writeFile(file, JSON.stringify(doubtful));
  const read: string[] = [];
  const spec = await loadSpec(file, { plugins, onWarning: ({ message }) => read.push(message) });
  const { model } = await train(spec, { plugins, folder: { out: join(folder(), 'run') } });
  await model.dispose();
  expect(read).toHaveLength(1);
  expect(warnings(await written())[0]).toContain(read[0]);
});
