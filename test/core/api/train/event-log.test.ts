import { expect, it } from 'vitest';
import { eventLog } from '../../../../core/api/train/event-log.js';
import type { RunStore } from '../../../../core/run/run-store.js';
import type { RunEvent } from '../../../../core/training/events.js';

const warning = (message: string): RunEvent => ({ type: 'warning', message });

function written() {
  const messages: unknown[] = [];
  const store = { record: (event: RunEvent) => void messages.push('message' in event && event.message) };
  return { messages, store: store as RunStore };
}

it('writes what was told before there was a store, in order, and what comes', () => {
  const told: RunEvent[] = [];
  const { messages, store } = written();
  const log = eventLog((event) => told.push(event));
  log.emit(warning('early'));
  expect(messages).toEqual([]);
  log.attach(store, true);
  log.emit(warning('late'));
  expect(messages).toEqual(['early', 'late']);
  expect(told).toEqual([warning('early'), warning('late')]);
});

it('writes what comes alone where the store is of a run that goes on', () => {
  const { messages, store } = written();
  const log = eventLog();
  log.emit(warning('early'));
  log.attach(store, false);
  log.emit(warning('late'));
  expect(messages).toEqual(['late']);
});

it('keeps nothing for a run that has no store', () => {
  const { messages, store } = written();
  const log = eventLog();
  log.emit(warning('early'));
  log.attach(null, true);
  log.emit(warning('late'));
  log.attach(store, true);
  expect(messages).toEqual([]);
});
