import { Worker } from 'node:worker_threads';
import { TwinspecError, type ErrorCode, type Problem } from '../../errors.js';
import type { HostTensor } from '../../plugin/tensors.js';
import type { Spec } from '../../spec/shell/spec.js';
import type { SpecInput } from '../../spec/shell/spec.js';
import type { RunEvent } from '../../training/events.js';
import { eventQueue } from '../train/event-queue.js';
import type { GivenSamples } from '../../model/model-calls.js';
import type { Model } from '../../model/model.js';
import type { TrainingHandle } from '../train/start-training.js';
import type { TrainOptions } from '../train/options.js';
import type { TrainResult } from '../train/train.js';

/** As `TrainOptions`, but plugins are named by their modules, since functions do not cross threads. */
export interface WorkerOptions extends Omit<TrainOptions, 'plugins' | 'gate'> {
  /** Paths of plugin files, as `loadPluginFile` takes them. */
  readonly plugins?: readonly string[];
}

/** What the host sends. */
export type ToWorker =
  | { readonly type: 'pause' | 'continue' | 'dispose' }
  | { readonly type: 'abort'; readonly reason: unknown }
  | {
      readonly type: 'embed';
      readonly id: number;
      readonly samples: GivenSamples;
    }
  | { readonly type: 'distance'; readonly id: number; readonly left: HostTensor; readonly right: HostTensor };

/** What the worker sends. */
export type FromWorker =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'trained'; readonly result: Omit<TrainResult, 'model'>; readonly model: ModelFacts }
  | { readonly type: 'failed'; readonly error: SentError }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly error: SentError };

/** What a model is, without what it does. */
export type ModelFacts = Omit<Model, 'embed' | 'distance' | 'dispose'>;

/** A TwinspecError as data; other errors are structured-cloned. */
export type SentError =
  | { readonly coded: true; code: ErrorCode; message: string; hint: string | undefined; problems: readonly Problem[] }
  | { readonly coded: false; readonly error: unknown };

/**
 * As `startTraining`, on a thread of its own, so that the host's event loop stays free. The model lives there too: its
 * `embed` and `distance` ask the thread, and `dispose` ends it.
 *
 * @throws CALL_INVALID for a plugin that is not named by its module
 */
export function trainInWorker(spec: Spec | SpecInput, options: WorkerOptions = {}): TrainingHandle {
  const { signal, onEvent, ...data } = options;
  checkPlugins(data.plugins);
  const events = eventQueue<RunEvent>();
  const worker = new Worker(new URL('./training-worker.js', import.meta.url), { workerData: { spec, options: data } });
  const send = (message: ToWorker) => worker.postMessage(message);
  const questions = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let asked = 0;
  let over: Error | null = null;
  const ask = <T>(question: (id: number) => ToWorker): Promise<T> =>
    new Promise((resolve, reject) => {
      if (over !== null) return reject(over);
      questions.set(++asked, { resolve, reject });
      send(question(asked));
    });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const abort = () => send({ type: 'abort', reason: String(signal!.reason) });
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });

  const result = new Promise<TrainResult>((resolve, reject) => {
    let trained = false;
    const fail = (error: Error) => {
      over ??= error;
      if (!trained) {
        events.end(error);
        reject(error);
      }
      for (const { reject } of questions.values()) reject(error);
      void worker.terminate();
    };
    worker.on('error', fail);
    void ended.then(() => fail(new Error('The training thread has ended.')));
    worker.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'event':
          try {
            onEvent?.(message.event);
          } catch (error) {
            return fail(error instanceof Error ? error : new Error(String(error)));
          }
          return events.push(message.event);
        case 'trained':
          trained = true;
          events.end();
          return resolve({ ...message.result, model: remoteModel(message.model, ask, send, ended) });
        case 'failed':
          return fail(received(message.error));
        case 'answer':
          questions.get(message.id)?.resolve(message.value as never);
          return void questions.delete(message.id);
        case 'refused':
          questions.get(message.id)?.reject(received(message.error));
          return void questions.delete(message.id);
      }
    });
  }).finally(() => signal?.removeEventListener('abort', abort));
  result.catch(() => undefined);
  return { events, result, pause: () => send({ type: 'pause' }), continue: () => send({ type: 'continue' }) };
}

function checkPlugins(plugins: readonly unknown[] = []): void {
  const wrong = plugins.findIndex((plugin) => typeof plugin !== 'string');
  if (wrong === -1) return;
  const { name } = Object(plugins[wrong]) as { name?: unknown };
  const what = typeof name === 'string' ? `the plugin "${name}" itself` : `no path, but ${typeof plugins[wrong]}`;
  throw new TwinspecError(
    'CALL_INVALID',
    `plugins[${wrong}] of trainInWorker is ${what}, which cannot cross threads.`,
    {
      hint: 'Pass the path of the module that exports the plugin by default, such as ./my-loss.ts.',
    },
  );
}

function remoteModel(
  facts: ModelFacts,
  ask: <T>(question: (id: number) => ToWorker) => Promise<T>,
  send: (message: ToWorker) => void,
  ended: Promise<void>,
): Model {
  return {
    ...facts,
    embed: (samples) =>
      ask((id) => ({
        type: 'embed',
        id,
        samples: transferable(samples),
      })),
    distance: (left, right) => ask((id) => ({ type: 'distance', id, left, right })),
    dispose() {
      send({ type: 'dispose' });
      return ended;
    },
  };
}

/** Array-likes that are no arrays cross no thread. */
function transferable(samples: GivenSamples): GivenSamples {
  const isList = (values: unknown): values is ArrayLike<number> =>
    typeof (Object(values) as { length?: unknown }).length === 'number';
  if (isList(samples)) return ArrayBuffer.isView(samples) ? samples : Array.from(samples);
  const entries = Object.entries(samples).map(([name, part]) => [name, transferable(part as GivenSamples)]);
  return Object.fromEntries(entries) as GivenSamples;
}

/** An error as it crosses threads. */
export function sent(error: unknown): SentError {
  if (!(error instanceof TwinspecError)) return { coded: false, error };
  const { code, message, hint, problems } = error;
  return { coded: true, code, message, hint, problems };
}

function received(error: SentError): Error {
  if (!error.coded) return error.error instanceof Error ? error.error : new Error(String(error.error));
  const { code, message, hint, problems } = error;
  return new TwinspecError(code, message, { ...(hint === undefined ? {} : { hint }), problems });
}
