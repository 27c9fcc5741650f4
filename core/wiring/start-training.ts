import type { Spec } from '../spec/spec.js';
import type { SpecInput } from '../spec/spec-input.js';
import type { RunEvent } from '../training/events.js';
import { eventQueue } from './event-queue.js';
import { train, type TrainOptions, type TrainResult } from './train.js';

/** A run that goes on in the background. */
export interface TrainingHandle {
  /** Every event, in order, for one reader; events wait for it. Reading ends with the run and throws what the run throws. */
  readonly events: AsyncIterable<RunEvent>;
  /** As `train` resolves or rejects. */
  readonly result: Promise<TrainResult>;
  /** Holds the run before its next call of the engine. */
  pause(): void;
  /** Goes on where `pause` held. */
  continue(): void;
}

/** Starts `train` and hands out its events as an async iterable, with a brake. */
export function startTraining(spec: Spec | SpecInput, options: TrainOptions = {}): TrainingHandle {
  const events = eventQueue<RunEvent>();
  const brake = pauseGate(options.signal);
  const result = train(spec, {
    ...options,
    gate: () => brake.open(),
    onEvent(event) {
      options.onEvent?.(event);
      events.push(event);
    },
  });
  result.then(
    () => events.end(),
    (error: unknown) => events.end(error),
  );
  return { events, result, pause: brake.pause, continue: brake.continue };
}

/** A gate that an aborted signal opens for good, so that a paused run can be stopped. */
function pauseGate(signal: AbortSignal | undefined) {
  let closed: { readonly opened: Promise<void>; readonly release: () => void } | null = null;
  const release = () => {
    closed?.release();
    closed = null;
  };
  signal?.addEventListener('abort', release, { once: true });
  return {
    open: () => closed?.opened ?? Promise.resolve(),
    pause() {
      if (closed !== null || signal?.aborted) return;
      let release = () => undefined as void;
      const opened = new Promise<void>((resolve) => (release = resolve));
      closed = { opened, release };
    },
    continue: release,
  };
}
