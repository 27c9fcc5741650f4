import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resume, train, TwinspecError } from 'twinspec';
import { engines, plugins, steps, type Experiment } from './experiments.js';

/** What a run came to. */
export interface Trace {
  /** sha256 of type, shape and bytes of each tensor of the last checkpoint, by its place. */
  readonly tensors: Readonly<Record<string, string>>;
  /** Steps, epochs, judgements and the summary, a JSON text each. */
  readonly history: readonly string[];
}

/** What is told of events, in this order; no times, and nothing that a later version adds. */
const told = [
  ...['type', 'step', 'epoch', 'reason', 'loss', 'terms', 'pull', 'push', 'accuracy', 'learningRate'],
  ...['validation', 'summary', 'steps', 'trainingLoss', 'restoredStep', 'test', 'threshold'],
  ...['pairs', 'auc', 'eer', 'meanSame', 'meanDifferent'],
];
const types = new Set(['step', 'skipped', 'epoch', 'validation', 'finished']);

/** Trains in this folder, which must be new. */
export async function runExperiment({ spec, stopAfter }: Experiment, engine: string, out: string): Promise<Trace> {
  const given = { ...spec, engine: engines[engine] };
  if (stopAfter !== undefined) await trainUntil(given, stopAfter, out);
  const { model } = await (stopAfter === undefined
    ? train(given, { plugins, folder: { out } })
    : resume(out, { plugins }));
  await model.dispose();
  return { tensors: await tensorsOf(out), history: await historyOf(out) };
}

async function trainUntil(spec: Experiment['spec'], stopAfter: number, out: string): Promise<void> {
  const stop = new AbortController();
  const stopped = await train(spec, {
    plugins,
    folder: { out },
    signal: stop.signal,
    onEvent: (event) => event.type === 'step' && event.step === stopAfter && stop.abort(),
  }).catch((error: unknown) => error);
  if (!(stopped instanceof TwinspecError) || stopped.code !== 'ABORTED')
    throw new Error('The run was not stopped.', { cause: stopped });
}

async function historyOf(folder: string): Promise<string[]> {
  const lines = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line) as { readonly type: string });
  return events.filter(({ type }) => types.has(type)).map((event) => JSON.stringify(event, told));
}

/** Reads safetensors by itself: header length, JSON header, values. */
async function tensorsOf(folder: string): Promise<Record<string, string>> {
  const file = join(folder, 'checkpoints', String(steps), 'tensors.safetensors');
  const bytes = await readFile(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, Entry>;
  delete header['__metadata__'];
  const hashed = Object.entries(header).map(
    ([
      place,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => {
      const hash = createHash('sha256').update(`${dtype} [${shape.join()}]`);
      return [place, hash.update(bytes.subarray(start + begin, start + end)).digest('hex')] as const;
    },
  );
  return Object.fromEntries(hashed.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** In words; null where there is none. */
export function firstDifference(expected: Trace | undefined, found: Trace): string | null {
  if (expected === undefined) return 'not in the file';
  const line = Array.from({ length: Math.max(expected.history.length, found.history.length) }).findIndex(
    (_, index) => expected.history[index] !== found.history[index],
  );
  if (line >= 0) return `\n  was ${expected.history[line]}\n  is  ${found.history[line]}`;
  const places = Object.keys({ ...expected.tensors, ...found.tensors });
  const differing = places.filter((place) => expected.tensors[place] !== found.tensors[place]);
  return differing.length === 0 ? null : `\n  differing: ${differing.join(', ')}`;
}
