import type { RunStore } from '../../run/run-store.js';
import type { Emit } from '../../training/events.js';

/** Tells the events of a run on, in order. */
export interface EventLog {
  readonly emit: Emit;
  /** From now on events are written down; and those told so far, unless the store is of a run that had told them before. */
  attach(store: RunStore, isNew: boolean): void;
}

/** A log that keeps what it is told until a store is attached. */
export function eventLog(onEvent: Emit = () => undefined): EventLog {
  const early: Parameters<Emit>[0][] = [];
  let record: Emit = (event) => void early.push(event);
  return {
    emit(event) {
      record(event);
      onEvent(event);
    },
    attach(store, isNew) {
      record = (event) => store.record(event);
      if (isNew) early.forEach(record);
    },
  };
}
