import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Spec } from '../spec/shell/spec.js';
import type { TrainOptions } from '../api/train/options.js';
import { print, type Terminal } from './terminal.js';
import { reporting, type ReportingFlags } from './reporting.js';

/** Trains a few steps, goes on from the checkpoint, and tells that it works. Without a folder of its own nothing is kept. */
export async function runSmoke(
  spec: Spec,
  options: TrainOptions,
  { out, ...flags }: ReportingFlags & { readonly out?: string },
  terminal: Terminal,
): Promise<void> {
  const [{ train }, { resume }] = await Promise.all([
    import('../api/train/train.js'),
    import('../api/train/resume.js'),
  ]);
  const started = performance.now();
  const scratch = out === undefined ? await mkdtemp(join(tmpdir(), 'twinspec-smoke-')) : null;
  try {
    const folder = out ?? join(scratch!, 'run');
    const trained = await reporting(flags, terminal, (onEvent) =>
      train(spec, { ...options, onEvent, folder: { out: folder }, smoke: true }),
    );
    await trained.model.dispose();
    const { plugins, signal } = options;
    const resumed = await resume(folder, { plugins: plugins ?? [], ...(signal && { signal }), smoke: true });
    await resumed.model.dispose();
    if (flags.json) return;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const { name, steps } = trained.summary;
    print(terminal, `${name} works: ${steps} steps, judged, saved and loaded in ${seconds} s`);
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  }
}
