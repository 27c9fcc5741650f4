import { metricNames } from '../metrics/metrics.js';
import type { VerificationMetrics } from '../metrics/verification.js';
import type { RunEvent } from '../training/events.js';
import { doubleField, doublesField, floatField, integerField, messageField, textField } from '../formats/protobuf.js';
import { tfRecord } from '../formats/tf-record.js';

/** Figures of one step, by TensorBoard tag. */
export interface Scalars {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

type HistogramsOfStep = Pick<Extract<RunEvent, { type: 'histograms' }>, 'step' | 'histograms'>;

/** The scalars of an event; null for an event without any. */
export function scalarsOf(event: RunEvent): Scalars | null {
  switch (event.type) {
    case 'step': {
      const { step, loss, accuracy, learningRate, terms = {} } = event;
      const values: Record<string, number> = { 'train/loss': loss, 'train/learning_rate': learningRate };
      for (const [name, value] of Object.entries(terms)) values[`train/terms/${name}`] = value;
      return { step, values: accuracy === undefined ? values : { ...values, 'train/accuracy': accuracy } };
    }
    case 'epoch': {
      const { step, loss, accuracy, validation } = event;
      const values = { 'epoch/loss': loss, ...metricScalars('validation', validation) };
      return { step, values: accuracy === undefined ? values : { ...values, 'epoch/accuracy': accuracy } };
    }
    case 'validation':
      return { step: event.step, values: metricScalars('validation', event.validation) };
    case 'finished': {
      const { steps, test } = event.summary;
      return test && { step: steps, values: metricScalars('test', test) };
    }
    default:
      return null;
  }
}

function metricScalars(split: string, judged: VerificationMetrics | null): Record<string, number> {
  if (judged === null) return {};
  return Object.fromEntries(metricNames.map((name) => [`${split}/${snakeCase(name)}`, judged[name]]));
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The record that TensorBoard shows of an event; null for an event without figures. `wallTime` in seconds since 1970. */
export function eventRecord(event: RunEvent, wallTime: number): Uint8Array | null {
  if (event.type === 'histograms') return histogramRecord(event, wallTime);
  const scalars = scalarsOf(event);
  return scalars && scalarRecord(scalars, wallTime);
}

// Messages by the numbers of their fields in tensorboard/compat/proto: event.proto, summary.proto, tensor.proto.

/** The record that an event file starts with. */
export function versionRecord(wallTime: number): Uint8Array {
  return tfRecord(doubleField(1, wallTime), textField(3, 'brain.Event:2'));
}

/** A record of scalars. */
export function scalarRecord({ step, values }: Scalars, wallTime: number): Uint8Array {
  const summaries = Object.entries(values).map(([tag, value]) => summaryValue(tag, floatField(2, value)));
  return summaryRecord(step, wallTime, summaries);
}

/** A record of histograms, by TensorBoard tag. */
export function histogramRecord({ step, histograms }: HistogramsOfStep, wallTime: number): Uint8Array {
  const summaries = Object.entries(histograms).map(([tag, { edges, counts, min, max, sum, sumOfSquares }]) => {
    const num = counts.reduce((total, count) => total + count, 0);
    return summaryValue(
      tag,
      messageField(
        5,
        ...[min, max, num, sum, sumOfSquares].map((figure, index) => doubleField(index + 1, figure)),
        doublesField(6, edges.slice(1)),
        doublesField(7, counts),
      ),
    );
  });
  return summaryRecord(step, wallTime, summaries);
}

const stringType = 7;
const tensorClass = 2;

/** A record of a text that is shown as it is, at step 0. */
export function textRecord(tag: string, text: string, wallTime: number): Uint8Array {
  const plugin = messageField(1, textField(1, 'text'));
  const metadata = messageField(9, plugin, integerField(4, tensorClass));
  const markdown = text.replace(/^(?!$)/gm, '    ');
  const tensor = messageField(8, integerField(1, stringType), messageField(2), textField(8, markdown));
  return summaryRecord(0, wallTime, [summaryValue(tag, tensor, metadata)]);
}

function summaryValue(tag: string, ...fields: readonly Uint8Array[]): Uint8Array {
  return messageField(1, textField(1, tag), ...fields);
}

function summaryRecord(step: number, wallTime: number, summaries: readonly Uint8Array[]): Uint8Array {
  return tfRecord(doubleField(1, wallTime), integerField(2, step), messageField(5, ...summaries));
}
