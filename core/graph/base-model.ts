import type * as tfc from '@tensorflow/tfjs';
import type { Base } from '../plugin/kinds/base.js';
import type { Shape } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';

export interface BaseRequest {
  /** Name of the base. */
  readonly name: string;
  /** The axes of the samples that it takes, where it says so. */
  readonly takes: readonly string[] | undefined;
  /** Name of the dataset. */
  readonly dataset: string;
  /** Of one sample of each column. */
  readonly columns: Readonly<Record<string, Shape>>;
  /** Names of the bases that say they take such samples, or say nothing. */
  readonly others: readonly string[];
}

const misfitsOfTfjs = /negative dimension|is incompatible with layer/i;

/**
 * The network of a base for the samples of a dataset.
 *
 * @throws SPEC_MISMATCH when it cannot take samples of that shape
 */
export function baseModel(base: Base, request: BaseRequest): tfc.LayersModel {
  const { name, takes, dataset, columns, others } = request;
  const shapes = Object.values(columns);
  const given = `those of dataset ${dataset} have ${shownShapes(columns)}`;
  if (takes !== undefined && (shapes.length > 1 || takes.length !== shapes[0].length)) {
    const fitting = others.length > 0 ? `Bases that may fit: ${others.join(', ')}.` : 'Take another dataset or base.';
    throw misfit(`base ${name} takes samples of shape ${show(takes)}; ${given}.`, fitting);
  }
  const model = build(base, request);
  const built = model.inputs.map(({ shape }) => shape.slice(1));
  if (built.length !== shapes.length || !built.every((shape, index) => matches(shape, shapes[index]))) {
    throw misfit(
      `base ${name} is a network for samples of ${built.length === 1 ? `shape ${show(built[0])}` : `${built.length} columns, ${built.map(show).join(' and ')}`}; ${given}.`,
      'Build it from the shapes that model() receives, one input for each column, or choose the dataset that it was made for.',
    );
  }
  for (const { name: layer, outputShape } of model.layers) {
    const shape = (outputShape as (number | null)[]).slice(1);
    if (shape.includes(0)) {
      throw misfit(
        `base ${name} leaves nothing of samples of ${shownShapes(columns)}: layer ${layer} gives ${show(shape)}.`,
        smaller,
      );
    }
  }
  return model;
}

const smaller = 'Take fewer or smaller layers, or a dataset of larger samples.';

function build(base: Base, { name, columns }: BaseRequest): tfc.LayersModel {
  try {
    return base.model(Object.values(columns)[0], columns);
  } catch (error) {
    const { cause } = error as Error; // what tfjs threw, as guarded
    if (!(cause instanceof Error) || !misfitsOfTfjs.test(cause.message)) throw error;
    throw misfit(
      `base ${name} cannot be built for samples of ${shownShapes(columns)}: ${cause.message}.`,
      smaller,
      error,
    );
  }
}

function shownShapes(columns: BaseRequest['columns']): string {
  const entries = Object.entries(columns);
  if (entries.length === 1) return `shape ${show(entries[0][1])}`;
  return `${entries.length} columns, ${entries.map(([name, shape]) => `${name} ${show(shape)}`).join(' and ')}`;
}

function matches(built: readonly (number | null)[], sampleShape: Shape): boolean {
  return (
    built.length === sampleShape.length && built.every((size, axis) => size === null || size === sampleShape[axis])
  );
}

function misfit(message: string, hint: string, cause?: unknown): TwinspecError {
  return new TwinspecError('SPEC_MISMATCH', message, { hint, cause });
}

function show(shape: readonly (number | string | null)[]): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}
