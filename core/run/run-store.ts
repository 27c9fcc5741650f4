import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { resolvedYaml } from '../spec/show/resolved-yaml.js';
import type { Checkpoint } from '../training/checkpoint.js';
import type { RunEvent } from '../training/events.js';
import { checkResume } from './check-resume.js';
import { loadLatest, pruneCheckpoints, saveCheckpoint, type Damaged, type SavedRun } from './checkpoints.js';
import { openRecorder, reopenRecorder } from './recorder.js';
import { createRunFolder, resolvedSpecName, writeStart, type RunFolderPlace, type RunStart } from './run-folder.js';
import { storageError, writeAtomically } from './storage.js';

/** A run folder that a run writes to. */
export interface RunStore {
  readonly folder: string;
  /** Writes an event down, in the background. @throws STORAGE where an earlier one could not be written */
  record(event: RunEvent): void;
  /** Resolves to the folder of the checkpoint when it cannot be lost any more. @throws STORAGE */
  keep(checkpoint: Checkpoint): Promise<string>;
  /** To be called in any case, any number of times. @throws STORAGE */
  close(): Promise<void>;
}

/** What a run is, for its checkpoints. */
type Identity = Pick<SavedRun, 'spec' | 'dataset'>;

/** Makes the folder of a new run. @throws RUN_FOLDER, STORAGE */
export async function createStore(place: RunFolderPlace, start: RunStart): Promise<RunStore> {
  const folder = await createRunFolder(place);
  await writeStart(folder, start);
  const identity = { spec: start.spec, dataset: start.environment.dataset.sha256 };
  return storeOf(folder, identity, await openRecorder(folder, { spec: resolvedYaml(start.spec) }));
}

/** What a run goes on from. */
export interface Continuation {
  readonly folder: string;
  /** Of the checkpoint. */
  readonly from: string;
  readonly saved: SavedRun;
  /** Later checkpoints that are not sound. */
  readonly damaged: readonly Damaged[];
}

/**
 * Finds the checkpoint to go on from. Nothing is changed yet.
 *
 * @throws RESUME_REFUSED for another spec or dataset; RUN_FOLDER, CHECKPOINT_INVALID
 */
export async function findContinuation(folder: string, { spec, dataset }: Identity): Promise<Continuation> {
  const { folder: from, saved, damaged } = await loadLatest(folder);
  checkResume(saved, spec, dataset);
  return { folder, from, saved, damaged };
}

/** Opens the folder of a run that goes on, as it was at its checkpoint. @throws RUN_FOLDER, STORAGE */
export async function continueStore({ folder, saved, damaged }: Continuation, identity: Identity): Promise<RunStore> {
  for (const generation of damaged) {
    const aside = `${generation.folder}.damaged`;
    await rm(aside, { recursive: true, force: true })
      .then(() => rename(generation.folder, aside))
      .catch((error: unknown) => {
        throw storageError(error, generation.folder);
      });
  }
  await writeAtomically(join(folder, resolvedSpecName), resolvedYaml(identity.spec));
  return storeOf(folder, identity, await reopenRecorder(folder, saved.logs));
}

function storeOf(folder: string, identity: Identity, recorder: Awaited<ReturnType<typeof openRecorder>>): RunStore {
  return {
    folder,
    record: (event) => recorder.record(event),
    async keep({ progress, tensors }) {
      const logs = recorder.positions();
      await recorder.flush();
      const saved = await saveCheckpoint(folder, { ...identity, logs, progress, tensors });
      await pruneCheckpoints(folder, identity.spec.training.checkpoint.keep, progress.best?.step ?? null);
      return saved;
    },
    close: () => recorder.close(),
  };
}
