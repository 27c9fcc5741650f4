import type * as tfc from '@tensorflow/tfjs';
import { sizeOf, type Tensor, type Tf } from '../plugin/tensors.js';

type Layer = tfc.layers.Layer;

/** Numbers of the largest activation of a chunk: 2 MB, so that a layer finds in the cache what the one before it left. */
const chunkSize = 2 ** 19;
/** Numbers of the largest activation where nothing is trained: 16 MB. */
const inferenceSize = 2 ** 22;
const mostSamples = 256;
const mixing = new Set(['BatchNormalization']);

/** Applies a model to samples, [n, ...shape] for each of its inputs -> [n, d]. */
export type ApplyModel = (samples: readonly Tensor[], training: boolean) => Tensor;

/**
 * A model as one call; or in training, where it starts with layers over images, none of which mixes samples, those in chunks
 * of the batch that fit the cache. It computes the same: each sample's values do not depend on its neighbours, and gradients add up.
 */
export function modelCall(tf: Tf, model: tfc.LayersModel): ApplyModel {
  const { images, rest } = imageLayers(model);
  if (images.length === 0)
    return ([first, ...others], training) =>
      model.apply(others.length === 0 ? first : [first, ...others], { training }) as Tensor;

  const rows = Math.max(1, Math.floor(chunkSize / largestOutput(images)));
  return ([samples], training) => {
    const chunks = (training ? split(tf, samples, rows) : [samples]).map((chunk) => through(images, chunk, training));
    return through(rest, chunks.length === 1 ? chunks[0] : tf.concat(chunks, 0), training);
  };
}

/** How many samples, at most, a model should take at once where nothing is trained: a power of two. */
export function samplesAtOnce({ layers }: tfc.LayersModel): number {
  const rows = Math.min(mostSamples, inferenceSize / largestOutput(layers));
  return 2 ** Math.max(0, Math.floor(Math.log2(rows)));
}

/** Numbers that a layer gives for a sample, at most; an axis of unknown length counts once. */
function largestOutput(layers: readonly Layer[]): number {
  const outputs = layers.flatMap(({ outputShape }) =>
    Array.isArray(outputShape[0]) ? (outputShape as tfc.Shape[]) : [outputShape as tfc.Shape],
  );
  return Math.max(...outputs.map((shape) => sizeOf(shape.slice(1).map((length) => length ?? 1))));
}

/** The layers of a sequential model up to the first whose output is no image; empty where a layer among them mixes samples. */
function imageLayers(model: tfc.LayersModel): { images: readonly Layer[]; rest: readonly Layer[] } {
  const none = { images: [], rest: [] };
  if (model.getClassName() !== 'Sequential') return none;
  const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  const end = layers.findIndex((layer) => (layer.outputShape as unknown[]).length !== 4);
  const images = layers.slice(0, end);
  const isConvolution = (layer: Layer) => layer.getClassName().includes('Conv');
  if (!images.some(isConvolution) || images.some((layer) => mixing.has(layer.getClassName()))) return none;
  return { images, rest: layers.slice(end) };
}

function split(tf: Tf, samples: Tensor, rows: number): Tensor[] {
  const n = samples.shape[0];
  if (n <= rows) return [samples];
  const whole = Math.floor(n / rows);
  const sizes = [...new Array<number>(whole).fill(rows), ...(n % rows === 0 ? [] : [n % rows])];
  return tf.split(samples, sizes, 0);
}

function through(layers: readonly Layer[], input: Tensor, training: boolean): Tensor {
  return layers.reduce((tensor, layer) => layer.apply(tensor, { training }) as Tensor, input);
}
