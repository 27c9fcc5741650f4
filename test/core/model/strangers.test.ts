import { execFileSync } from 'node:child_process';
import { cp, link, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorCodes, loadModel, resume, train, TwinspecError } from 'twinspec';
import { writeSafetensors } from '../../../core/formats/safetensors.js';
import { readModel } from '../../../core/model/model-folder.js';
import { stream } from '../../../core/random/stream.js';
import { loadLatest } from '../../../core/run/checkpoints.js';
import { sha256 } from '../../../core/run/storage.js';
import { blobs, blobSpec } from '../../support/blobs.js';
import { counts } from '../../support/soak.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const plugins = [blobs()];
const folder = temporaryFolder();
let sound: string;
beforeAll(async () => {
  sound = join(await mkdtemp(join(tmpdir(), 'twinspec-sound-')), 'run');
  const training = { learningRate: 0.01, batchSize: 16, epochs: 1 };
  const { model } = await train(blobSpec({ training }), { plugins, folder: { out: sound } });
  await model.dispose();
});
afterAll(() => rm(dirname(sound), { recursive: true }));

const run = () => join(folder(), 'run');
const at = (name: string) => join(run(), name);
beforeEach(() => cp(sound, run(), { recursive: true }));

type Json = Record<string, unknown>;
const readJson = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as Json;

/** Writes model.json as a stranger would: changed, and its seal made anew. */
async function resealModel(change: (manifest: Json) => void): Promise<void> {
  const manifest = await readJson(at('model/model.json'));
  delete manifest['sha256'];
  change(manifest);
  await writeFile(at('model/model.json'), JSON.stringify({ ...manifest, sha256: sha256(JSON.stringify(manifest)) }));
}

/** Replaces the tensors, and the record of them in model.json. */
async function replaceTensors(bytes: Uint8Array): Promise<void> {
  await writeFile(at('model/model.safetensors'), bytes);
  await resealModel((manifest) => {
    manifest['files'] = { 'model.safetensors': { bytes: bytes.length, sha256: sha256(bytes) } };
  });
}

/** Writes a file of the latest checkpoint as a stranger would. */
async function resealCheckpoint(name: string, text: string): Promise<void> {
  const checkpoints = at('checkpoints');
  for (const step of await readdir(checkpoints)) {
    const file = join(checkpoints, step, 'manifest.json');
    const { files, format, version } = (await readJson(file)) as { files: Json; format: string; version: number };
    await writeFile(join(checkpoints, step, name), text);
    const content = {
      format,
      version,
      files: { ...files, [name]: { bytes: Buffer.byteLength(text), sha256: sha256(text) } },
    };
    await writeFile(file, `${JSON.stringify({ ...content, sha256: sha256(JSON.stringify(content)) }, null, 1)}\n`);
  }
}

async function resealState(change: (state: { progress: Json; logs: Json } & Json) => void): Promise<void> {
  const [step] = (await readdir(at('checkpoints'))).sort((a, b) => Number(b) - Number(a));
  const state = (await readJson(at(`checkpoints/${step}/state.json`))) as Parameters<typeof change>[0];
  change(state);
  await resealCheckpoint('state.json', JSON.stringify(state));
}

const inSpec = (change: (spec: Record<string, Json>) => void) =>
  resealModel(({ spec }) => change(spec as Record<string, Json>));
const withNumber = async (value: number) => {
  const { weights, state } = await readModel(run());
  const [[place, { shape, data }], ...rest] = Object.entries({ ...weights, ...state });
  const broken = {
    ...Object.fromEntries(rest),
    [place]: { shape, data: data.map((old, i) => (i === 1 ? value : old)) },
  };
  await replaceTensors(Buffer.concat(writeSafetensors(broken)));
};
const header = (json: string, length = json.length) => {
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([start, Buffer.from(json)]);
};
const swap = async (name: string, put: (file: string) => unknown) => {
  await rm(at(name), { recursive: true, force: true });
  await put(at(name));
};
const pipe = (file: string) => execFileSync('mkfifo', [file]);
const zeros = (file: string) => symlink('/dev/zero', file);
const deep = (brackets: number) => '['.repeat(brackets) + ']'.repeat(brackets);
const manyKeys = (count: number) => `{${Array.from({ length: count }, (_, key) => `"k${key}":0`).join(',')}}`;

/** The codes with which what a stranger has made is refused. */
async function refusal(open: () => Promise<{ dispose(): Promise<void> } | { model: { dispose(): Promise<void> } }>) {
  const started = performance.now();
  const outcome = await open().then(
    async (opened) => {
      await ('model' in opened ? opened.model : opened).dispose();
      return 'opened';
    },
    (error: unknown) => {
      if (!(error instanceof TwinspecError) || !(error.code in errorCodes)) throw error;
      return error.code;
    },
  );
  expect(performance.now() - started).toBeLessThan(5000);
  return outcome;
}

describe.skipIf(process.platform === 'win32')('the model of a stranger', () => {
  const cases: readonly (readonly [title: string, change: () => unknown])[] = [
    [
      'a base far larger than its tensors',
      () => inSpec((spec) => (spec['base']['with'] = { ...(spec['base']['with'] as Json), units: [50_000, 50_000] })),
    ],
    [
      'a base of very many layers',
      () =>
        inSpec(
          (spec) =>
            (spec['base']['with'] = {
              ...(spec['base']['with'] as Json),
              units: Array.from({ length: 50_000 }, () => 1),
            }),
        ),
    ],
    [
      '5,000 threads',
      () => inSpec((spec) => (spec['engine'] = { use: 'onnx', with: { threads: 5000, device: 'cpu' } })),
    ],
    [
      'samples of a billion numbers',
      () => resealModel(({ columns }) => (Object.values(columns as Record<string, Json>)[0]['shape'] = [1e9])),
    ],
    [
      'samples of very many axes',
      () =>
        resealModel(
          ({ columns }) =>
            (Object.values(columns as Record<string, Json>)[0]['shape'] = Array.from({ length: 50 }, () => 2)),
        ),
    ],
    [
      'a scale that nothing survives',
      () => resealModel(({ columns }) => (Object.values(columns as Record<string, Json>)[0]['scale'] = 1e308)),
    ],
    ['a negative threshold', () => resealModel((manifest) => (manifest['threshold'] = -1))],
    ['another length of embeddings', () => resealModel((manifest) => (manifest['dimension'] = 1.5))],
    [
      'brackets in its spec',
      () => writeFile(at('model/model.json'), `{"format":"twinspec-model","spec":${deep(200_000)}}`),
    ],
    [
      'a million keys in its manifest',
      () => writeFile(at('model/model.json'), `{"format":"twinspec-model","spec":${manyKeys(1_000_000)}}`),
    ],
    ['a manifest of 64 MB', () => writeFile(at('model/model.json'), Buffer.alloc(2 ** 26, ' '))],
    ['a weight that is NaN', () => withNumber(NaN)],
    ['a weight that is infinite', () => withNumber(-Infinity)],
    ['brackets in the header of its tensors', () => replaceTensors(header(deep(200_000)))],
    ['very many tensors', () => replaceTensors(header(manyKeys(1_000_000)))],
    ['a header longer than its file', () => replaceTensors(header('{}', 2 ** 40))],
    ['tensors that are a link to zeros', () => swap('model/model.safetensors', zeros)],
    ['tensors that are a pipe', () => swap('model/model.safetensors', pipe)],
    [
      'tensors that are a file elsewhere',
      () => swap('model/model.safetensors', (file) => symlink(join(sound, 'model/model.safetensors'), file)),
    ],
    ['a manifest that is a link to zeros', () => swap('model/model.json', zeros)],
    ['a manifest that is a pipe', () => swap('model/model.json', pipe)],
    [
      'tensors of a terabyte of nothing',
      async () => {
        await truncate(at('model/model.safetensors'), 2 ** 40);
        await resealModel((manifest) => (manifest['files'] = { 'model.safetensors': { bytes: 2 ** 40, sha256: 'x' } }));
      },
    ],
  ];

  it.each(cases)('is refused: %s', async (_title, change) => {
    await change();
    const told = await refusal(() => loadModel(run(), { plugins }));
    expect(['MODEL_INVALID', 'SPEC_INVALID', 'SPEC_MISMATCH']).toContain(told);
  });

  it('opens where nothing was changed, or the seal was made anew', async () => {
    expect(await refusal(() => loadModel(run(), { plugins }))).toBe('opened');
    await resealModel(() => undefined);
    expect(await refusal(() => loadModel(run(), { plugins }))).toBe('opened');
    await resealModel((manifest) => delete manifest['probe']);
    await withNumber(0.5);
    expect(await refusal(() => loadModel(run(), { plugins }))).toBe('opened');
  });
});

describe.skipIf(process.platform === 'win32')('the run of a stranger', () => {
  const cases: readonly (readonly [title: string, change: () => unknown])[] = [
    ['a spec that is a pipe', () => swap('spec.resolved.yaml', pipe)],
    ['a spec that is a link to zeros', () => swap('spec.resolved.yaml', zeros)],
    ['a lock that is a pipe', () => swap('run.lock', pipe)],
    ['a lock that is a link to zeros', () => swap('run.lock', zeros)],
    ['events that are a pipe', () => swap('metrics.jsonl', pipe)],
    ['events that are a link to zeros', () => swap('metrics.jsonl', zeros)],
    ['a log outside of it', () => resealState(({ logs }) => (logs['../../outside.jsonl'] = 0))],
    ['a log of any name', () => resealState(({ logs }) => (logs['.bashrc'] = 0))],
    ['a step before the first', () => resealState(({ progress }) => (progress['step'] = -1))],
    ['an epoch of no number', () => resealState(({ progress }) => (progress['epoch'] = 'x'))],
    ['no progress', () => resealState((state) => delete (state as Json)['progress'])],
    ['brackets in its state', () => resealCheckpoint('state.json', deep(200_000))],
    ['very many keys in its state', () => resealCheckpoint('state.json', manyKeys(1_000_000))],
    ['brackets for tensors', () => resealCheckpoint('tensors.safetensors', header(deep(200_000)).toString('latin1'))],
  ];

  it.each(cases)('is refused: %s', async (_title, change) => {
    await change();
    const told = await refusal(() => resume(run(), { plugins, set: ['training.epochs=2'] }));
    expect(['RUN_FOLDER', 'CHECKPOINT_INVALID', 'STORAGE', 'SPEC_FILE', 'RESUME_REFUSED']).toContain(told);
  });

  it.each([
    ['a link', (outside: string, file: string) => symlink(outside, file)],
    ['a second name', (outside: string, file: string) => link(outside, file)],
  ])('does not cut a file of mine by way of %s', async (_title, lead) => {
    const outside = join(folder(), 'mine.txt');
    const content = 'all of it '.repeat(10_000);
    await writeFile(outside, content);
    await swap('metrics.jsonl', (file) => lead(outside, file));
    expect(await refusal(() => resume(run(), { plugins, set: ['training.epochs=2'] }))).toBe('STORAGE');
    expect(await readFile(outside, 'utf8')).toBe(content);
  });

  it('goes on where what it began on cannot be read', async () => {
    await swap('environment.json', pipe);
    expect(await refusal(() => resume(run(), { plugins, set: ['training.epochs=2'] }))).toBe('opened');
  });
});

describe('random changes of a run', () => {
  const odd: readonly unknown[] = [
    0,
    -1,
    1e308,
    -1e308,
    2 ** 53,
    0.5,
    null,
    true,
    '',
    'x',
    '../x',
    [],
    {},
    [[]],
    1e9,
    [1e9],
    '\u0000',
  ];

  it(`are read or refused: ${counts.mutations} of them`, { timeout: 600_000 }, async () => {
    const random = stream(1, 'mutations');
    const pick = <T>(list: readonly T[]) => list[random.integer(list.length)];
    const files = [
      'model/model.json',
      'model/model.safetensors',
      'checkpoints/4/state.json',
      'checkpoints/4/manifest.json',
      'checkpoints/4/tensors.safetensors',
    ];
    const tally: Record<string, number> = {};
    for (let number = 0; number < counts.mutations; number++) {
      await rm(run(), { recursive: true });
      await cp(sound, run(), { recursive: true });
      if (number % 2 === 0) {
        await resealModel((manifest) => {
          let place: Json = manifest;
          for (;;) {
            const key = pick(Object.keys(place));
            const inner = place[key];
            if (
              typeof inner !== 'object' ||
              inner === null ||
              Object.keys(inner).length === 0 ||
              random.uniform() < 0.2
            ) {
              place[key] = pick(odd);
              return;
            }
            place = inner as Json;
          }
        });
      } else {
        const file = at(pick(files));
        const bytes = await readFile(file);
        for (let times = 1 + random.integer(4); times > 0; times--)
          bytes[random.integer(bytes.length)] = random.integer(256);
        await writeFile(file, random.uniform() < 0.3 ? bytes.subarray(0, random.integer(bytes.length)) : bytes);
      }
      const told = await refusal(() => loadModel(run(), { plugins, engine: 'cpu' })).catch((error: unknown) => {
        throw new Error(`change ${number}`, { cause: error });
      });
      tally[told] = (tally[told] ?? 0) + 1;
      const latest = await loadLatest(run()).catch((error: unknown) => error);
      if (latest instanceof Error) expect(latest, `change ${number}`).toBeInstanceOf(TwinspecError);
    }
    expect(tally['opened']).toBeGreaterThan(0);
    expect(tally['MODEL_INVALID']).toBeGreaterThan(0);
    counts.report(`${counts.mutations} random changes of a run: ${JSON.stringify(tally)}`);
  });
});
