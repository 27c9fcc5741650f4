import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { TwinspecError } from '../errors.js';
import type { RunEvent } from '../training/events.js';
import { storageError } from './storage.js';

/** Writes the events of a run down, one JSON object a line. */
export interface Recorder {
  /** Takes an event; it reaches the file in the background. @throws STORAGE where an earlier one could not be written */
  record(event: RunEvent): void;
  /** Resolves when every event so far is on the disk. @throws STORAGE */
  flush(): Promise<void>;
  /** Flushes and closes the file; to be called in any case, any number of times. @throws STORAGE */
  close(): Promise<void>;
}

/**
 * Opens metrics.jsonl of a new run folder. Epochs and the end of the run are made durable at once.
 *
 * @throws RUN_FOLDER where the file exists already, which is another run's; STORAGE where it cannot be made
 */
export async function openRecorder(folder: string): Promise<Recorder> {
  const file = join(folder, 'metrics.jsonl');
  const handle = await open(file, 'ax').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw storageError(error, file);
    throw new TwinspecError('RUN_FOLDER', `${file} exists already: another run writes into this folder.`);
  });
  return recordTo(handle, file);
}

/** A recorder on an open file, which it closes. `file` is for messages. */
export function recordTo(handle: FileHandle, file: string): Recorder {
  let waiting = '';
  let durable = false;
  let writing: Promise<void> | null = null;
  let failure: { readonly error: unknown } | null = null;
  let closing: Promise<void> | null = null;

  async function drain(): Promise<void> {
    try {
      while (waiting !== '') {
        const [lines, sync] = [waiting, durable];
        waiting = '';
        durable = false;
        await handle.appendFile(lines);
        if (sync) await handle.datasync();
      }
    } catch (error) {
      failure = { error: storageError(error, file) };
    }
    writing = null;
  }

  function throwFailure(): void {
    if (failure !== null) throw failure.error;
  }

  async function flush(): Promise<void> {
    await writing;
    throwFailure();
    await handle.datasync().catch((error: unknown) => {
      throw storageError(error, file);
    });
  }

  return {
    record(event) {
      throwFailure();
      waiting += `${JSON.stringify(event)}\n`;
      durable ||= event.type === 'epoch' || event.type === 'finished';
      writing ??= drain();
    },
    flush,
    close: () => (closing ??= flush().finally(() => handle.close())),
  };
}
