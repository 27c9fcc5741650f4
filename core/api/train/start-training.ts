import type { Spec } from '../../spec/shell/spec.js';
import type { SpecInput } from '../../spec/shell/spec.js';
import type { RunEvent } from '../../training/events.js';
import { eventQueue } from './event-queue.js';
import type { TrainOptions } from './options.js';
import { train, type TrainResult } from './train.js';

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
  const brake = pauseGate();
  const { signal } = options;
  signal?.addEventListener('abort', brake.release);
  const result = train(spec, {
    ...options,
    gate: () => brake.open(),
    onEvent(event) {
      options.onEvent?.(event);
      events.push(event);
    },
  });
  result
    .then(
      () => events.end(),
      (error: unknown) => events.end(error),
    )
    .finally(() => signal?.removeEventListener('abort', brake.release));
  return {
    events,
    result,
    pause() {
      // A run that is being stopped must not wait.
      if (!signal?.aborted) brake.close();
    },
    continue: brake.release,
  };
}

/** A gate that is open until it is closed, and again once it is released. */
function pauseGate() {
  let closed: { readonly opened: Promise<void>; readonly open: () => void } | null = null;
  return {
    open: () => closed?.opened ?? Promise.resolve(),
    close() {
      if (closed !== null) return;
      let open!: () => void;
      const opened = new Promise<void>((resolve) => (open = resolve));
      closed = { opened, open };
    },
    release() {
      closed?.open();
      closed = null;
    },
  };
}
