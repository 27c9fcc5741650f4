import { open, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TwinspecError } from '../errors.js';
import type { RunEvent } from '../training/events.js';
import { openPlain } from './plain-file.js';
import { storageError } from './storage.js';
import { eventRecord, textRecord, versionRecord } from './tensorboard.js';

/** Writes the events of a run down. */
export interface Recorder {
  /** Takes an event; it reaches the files in the background. @throws STORAGE where an earlier one could not be written */
  record(event: RunEvent): void;
  /** Resolves when every event so far is on the disk. @throws STORAGE */
  flush(): Promise<void>;
  /** Bytes of each file, by its name, that the events so far take. */
  positions(): Readonly<Record<string, number>>;
  /** Flushes and closes the files; to be called in any case, any number of times. @throws STORAGE */
  close(): Promise<void>;
}

/**
 * Opens the logs of a new run folder: metrics.jsonl, one event a line, and an event file for TensorBoard. Epochs and the
 * end of the run are made durable at once.
 *
 * @param texts what TensorBoard shows beside the figures, by tag
 * @throws RUN_FOLDER where metrics.jsonl exists already, which is another run's; STORAGE where a file cannot be made
 */
export async function openRecorder(folder: string, texts: Readonly<Record<string, string>> = {}): Promise<Recorder> {
  const lines = await openLog(join(folder, 'metrics.jsonl'), toLine);
  try {
    const now = seconds();
    const start = [versionRecord(now), ...Object.entries(texts).map(([tag, text]) => textRecord(tag, text, now))];
    const tensorboard = join(folder, `events.out.tfevents.${Math.floor(now)}.twinspec`);
    return both(lines, await openLog(tensorboard, toRecord, Buffer.concat(start)));
  } catch (error) {
    await lines.close();
    throw error;
  }
}

/**
 * Opens the logs of a run that goes on: each is cut to the bytes that it had at a checkpoint, as `positions` gave them.
 *
 * @throws RUN_FOLDER where a log is gone or shorter; STORAGE
 */
export async function reopenRecorder(folder: string, positions: Readonly<Record<string, number>>): Promise<Recorder> {
  const opened: Recorder[] = [];
  try {
    for (const [name, position] of Object.entries(positions)) {
      const encode = name.endsWith('.jsonl') ? toLine : toRecord;
      opened.push(await reopenLog(join(folder, name), position, encode));
    }
    return opened.reduce(both);
  } catch (error) {
    await Promise.allSettled(opened.map((recorder) => recorder.close()));
    throw error;
  }
}

async function reopenLog(file: string, position: number, encode: Encode): Promise<Recorder> {
  const handle = await openPlain(file, 'append').catch((error: unknown) => {
    throw storageError(error, file);
  });
  try {
    const { size } = await handle.stat();
    if (size < position) {
      throw new TwinspecError('RUN_FOLDER', `${file} has ${size} bytes, and had ${position} at the checkpoint.`, {
        hint: 'Bring the file back, or start the run again in a new folder.',
      });
    }
    await handle.truncate(position);
    return recordTo(handle, file, encode, { position });
  } catch (error) {
    await handle.close();
    throw storageError(error, file);
  }
}

/** What a log holds of an event; null for nothing. */
type Encode = (event: RunEvent) => Uint8Array | null;

const seconds = () => Date.now() / 1000;

function toLine(event: RunEvent): Uint8Array | null {
  if (event.type === 'checkpointed') return null;
  return Buffer.from(`${JSON.stringify(event)}\n`);
}

function toRecord(event: RunEvent): Uint8Array | null {
  return eventRecord(event, seconds());
}

async function openLog(file: string, encode: Encode, start?: Uint8Array): Promise<Recorder> {
  const handle = await open(file, 'ax').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw storageError(error, file);
    throw new TwinspecError('RUN_FOLDER', `${file} exists already: another run writes into this folder.`);
  });
  return recordTo(handle, file, encode, start && { start });
}

interface LogStart {
  /** What a new file begins with. */
  readonly start?: Uint8Array;
  /** Bytes that the file has. */
  readonly position?: number;
}

/** A recorder on an open file, which it closes. `file` is for messages. */
export function recordTo(
  handle: FileHandle,
  file: string,
  encode: Encode = toLine,
  { start = new Uint8Array(), position = 0 }: LogStart = {},
): Recorder {
  let waiting = [start];
  let taken = position + start.length;
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
      taken += chunk.length;
      durable ||= event.type === 'epoch' || event.type === 'finished';
      void write();
    },
    flush,
    positions: () => ({ [basename(file)]: taken }),
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
    positions: () => ({ ...first.positions(), ...second.positions() }),
    close: () => settled([first.close(), second.close()]),
  };
}

/** Waits for all, also after one failed, and then rejects with the first failure. */
async function settled(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}
