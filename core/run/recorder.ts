import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { TwinspecError } from '../errors.js';
import type { RunEvent } from '../training/events.js';
import { storageError } from './storage.js';
import { scalarRecord, scalarsOf, versionRecord } from './tensorboard.js';

/** Writes the events of a run down. */
export interface Recorder {
  /** Takes an event; it reaches the files in the background. @throws STORAGE where an earlier one could not be written */
  record(event: RunEvent): void;
  /** Resolves when every event so far is on the disk. @throws STORAGE */
  flush(): Promise<void>;
  /** Flushes and closes the files; to be called in any case, any number of times. @throws STORAGE */
  close(): Promise<void>;
}

/**
 * Opens the logs of a new run folder: metrics.jsonl, one event a line, and an event file for TensorBoard. Epochs and the
 * end of the run are made durable at once.
 *
 * @throws RUN_FOLDER where metrics.jsonl exists already, which is another run's; STORAGE where a file cannot be made
 */
export async function openRecorder(folder: string): Promise<Recorder> {
  const lines = await openLog(join(folder, 'metrics.jsonl'), toLine);
  try {
    const tensorboard = join(folder, `events.out.tfevents.${Math.floor(seconds())}.twinspec`);
    return both(lines, await openLog(tensorboard, toRecord, versionRecord(seconds())));
  } catch (error) {
    await lines.close();
    throw error;
  }
}

/** What a log holds of an event; null for nothing. */
type Encode = (event: RunEvent) => Uint8Array | null;

const seconds = () => Date.now() / 1000;

function toLine(event: RunEvent): Uint8Array {
  return Buffer.from(`${JSON.stringify(event)}\n`);
}

function toRecord(event: RunEvent): Uint8Array | null {
  const scalars = scalarsOf(event);
  return scalars && scalarRecord(scalars, seconds());
}

async function openLog(file: string, encode: Encode, start?: Uint8Array): Promise<Recorder> {
  const handle = await open(file, 'ax').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw storageError(error, file);
    throw new TwinspecError('RUN_FOLDER', `${file} exists already: another run writes into this folder.`);
  });
  return recordTo(handle, file, encode, start);
}

/** A recorder on an open file, which it closes. `file` is for messages. */
export function recordTo(handle: FileHandle, file: string, encode: Encode = toLine, start?: Uint8Array): Recorder {
  let waiting = start ? [start] : [];
  let durable = false;
  let writing: Promise<void> | null = null;
  let failure: { readonly error: unknown } | null = null;
  let closing: Promise<void> | null = null;

  async function drain(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const [chunk, sync] = [Buffer.concat(waiting), durable];
        waiting = [];
        durable = false;
        await handle.appendFile(chunk);
        if (sync) await handle.datasync();
      }
    } catch (error) {
      failure = { error: storageError(error, file) };
    }
    writing = null;
  }

  function write(): Promise<void> {
    if (writing === null && waiting.length > 0) writing = drain();
    return writing ?? Promise.resolve();
  }

  function throwFailure(): void {
    if (failure !== null) throw failure.error;
  }

  async function flush(): Promise<void> {
    await write();
    throwFailure();
    await handle.datasync().catch((error: unknown) => {
      throw storageError(error, file);
    });
  }

  return {
    record(event) {
      throwFailure();
      const chunk = encode(event);
      if (chunk === null) return;
      waiting.push(chunk);
      durable ||= event.type === 'epoch' || event.type === 'finished';
      void write();
    },
    flush,
    close: () => (closing ??= flush().finally(() => handle.close())),
  };
}

function both(first: Recorder, second: Recorder): Recorder {
  return {
    record(event) {
      first.record(event);
      second.record(event);
    },
    flush: () => settled([first.flush(), second.flush()]),
    close: () => settled([first.close(), second.close()]),
  };
}

/** Waits for all, also after one failed, and then rejects with the first failure. */
async function settled(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}
