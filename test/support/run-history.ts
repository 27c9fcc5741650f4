import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadLatest } from '../../core/run/checkpoints.js';
import { weightsSha256 } from '../../core/run/fingerprints.js';

const timing = new Set(['seconds', 'samplesPerSecond']);

/** The history in metrics.jsonl without times: steps, epochs and judgements, in order. */
export async function historyOf(folder: string): Promise<unknown[]> {
  const lines = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line, (key, value: unknown) => (timing.has(key) ? undefined : value)) as { type: string })
    .filter(({ type }) => ['step', 'skipped', 'epoch', 'validation'].includes(type));
}

/** sha256 of the history and of every tensor of the latest checkpoint: weights, state, slots and averages. */
export async function traceOf(folder: string): Promise<{ history: string; tensors: string; step: number }> {
  const { saved } = await loadLatest(folder);
  const history = createHash('sha256').update(JSON.stringify(await historyOf(folder)));
  return { history: history.digest('hex'), tensors: weightsSha256(saved.tensors), step: saved.progress.step };
}
