import { parentPort, workerData } from 'node:worker_threads';
import type { Spec } from '../../spec/shell/spec.js';
import type { SpecInput } from '../../spec/shell/spec.js';
import { loadPluginFile } from '../../trusted/load-plugins.js';
import type { Model } from '../../model/model.js';
import { startTraining } from '../train/start-training.js';
import { sent, type FromWorker, type ToWorker, type WorkerOptions } from './train-in-worker.js';

/** The thread behind `trainInWorker`: trains, then answers for the model until it is disposed of. */
const { spec, options } = workerData as { spec: Spec | SpecInput; options: WorkerOptions };
const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);
const stop = new AbortController();

try {
  const plugins = (await Promise.all((options.plugins ?? []).map(loadPluginFile))).flat();
  const run = startTraining(spec, {
    ...options,
    plugins,
    signal: stop.signal,
    onEvent: (event) => send({ type: 'event', event }),
  });
  port.on('message', (message: ToWorker) => {
    if (message.type === 'pause') run.pause();
    if (message.type === 'continue') run.continue();
    if (message.type === 'abort') stop.abort(message.reason);
  });
  const { model, ...result } = await run.result;
  const { embed, distance, dispose, ...facts } = model;
  port.on('message', (message: ToWorker) => void answer({ embed, distance, dispose }, message));
  send({ type: 'trained', result, model: facts });
} catch (error) {
  send({ type: 'failed', error: sent(error) });
  port.close();
}

async function answer(
  { embed, distance, dispose }: Pick<Model, 'embed' | 'distance' | 'dispose'>,
  message: ToWorker,
): Promise<void> {
  if (message.type === 'dispose') {
    await dispose();
    return port.close();
  }
  if (message.type !== 'embed' && message.type !== 'distance') return;
  const { id } = message;
  try {
    const value = message.type === 'embed' ? await embed(message.samples) : await distance(message.left, message.right);
    send({ type: 'answer', id, value });
  } catch (error) {
    send({ type: 'refused', id, error: sent(error) });
  }
}
