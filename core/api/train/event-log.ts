import type { RunStore } from '../../run/run-store.js';
import type { Emit } from '../../training/events.js';
import { newTally, type Counted } from '../../words/tally.js';

/** Tells the events of a run on, in order; of equal warnings the first. */
export interface EventLog {
  readonly emit: Emit;
  /** What it was warned of so far. */
  readonly warnings: () => readonly Counted[];
  /**
   * From now on events are written down; and those told so far, unless the store is of a run that had told them before. Without
   * a store nothing is kept any more.
   */
  attach(store: RunStore | null, isNew: boolean): void;
  /** Hears every event too, once it is told. */
  listen(listener: Emit): void;
}

/** A log that keeps what it is told until it is known where to write it. */
export function eventLog(onEvent: Emit = () => undefined): EventLog {
  const tally = newTally();
  const early: Parameters<Emit>[0][] = [];
  const listeners = [onEvent];
  let record: Emit = (event) => void early.push(event);
  return {
    emit(event) {
      if (event.type === 'warning' && !tally.add(event.message)) return;
      record(event);
      for (const listener of listeners) listener(event);
    },
    warnings: () => tally.all(),
    attach(store, isNew) {
      record = (event) => store?.record(event);
      if (isNew) early.forEach(record);
      early.length = 0;
    },
    listen: (listener) => void listeners.push(listener),
  };
}
