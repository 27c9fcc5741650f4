import type { Graph, Node, Value, Windows } from '../graph.js';
import { sameShape, sizeOf, splat, splatOf, windowsOfNode } from '../graph.js';
import { crop, maxPool, maxPoolGrad, uncrop } from '../kernels/pooling.js';
import { tiles } from '../kernels/window.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/**
 * Does not compute what a pool leaves out. Windows that tile an image of odd size do not reach its last row and column: the
 * convolution before the pool leaves them out too, and so do its gradients. Without gradients the pool just skips them.
 */
export const cropPools: Pass = {
  name: 'crop-pools',
  run(graph) {
    const isForPoolsOnly = onlyPooled(graph);
    const trained = new Set(graph.nodes.filter(({ op }) => op === 'twinspec.MaxPoolGrad').map(({ inputs: [x] }) => x));
    /** What the last rows and columns are cut off of, and where they are put back on: to what lacks them. */
    const cut = new Map<Value, Value>();

    return rewrite(graph, (node, rewriting, original) => {
      const { o } = rewriting;
      const [x, y, dy] = node.inputs as readonly Value[];
      switch (node.op) {
        case 'twinspec.MaxPool':
        case 'twinspec.MaxPoolGrad': {
          const whole = windowsOfNode(node);
          if (!tiles(whole) || !leavesOut(whole) || !trained.has(original.inputs[0])) return undefined;
          const inside = cut.get(x) ?? narrowed(x, original.inputs[0]!, whole, isForPoolsOnly, rewriting);
          cut.set(x, inside);
          const w = { ...whole, inHeight: inside.shape[1], inWidth: inside.shape[2] };
          if (node.op === 'twinspec.MaxPool') return [maxPool(o, inside, w)];
          const gradient = maxPoolGrad(o, inside, y, dy, w);
          const padded = uncrop(o, gradient, whole);
          cut.set(padded, gradient);
          return [padded];
        }
        case 'twinspec.Conv2DFilterGradient': {
          const gradient = cut.get(y);
          return gradient && [again(node, [x, gradient], gradient, rewriting)];
        }
        case 'twinspec.Conv2DInputGradient': {
          const gradient = cut.get(x);
          return gradient && [again(node, [gradient, y], gradient, rewriting)];
        }
        case 'Gemm':
          return sumOfPixels(node, cut, rewriting);
        default:
          return undefined;
      }
    });
  },
};

const leavesOut = (w: Windows): boolean =>
  w.outHeight * w.strideHeight < w.inHeight || w.outWidth * w.strideWidth < w.inWidth;

/** x without what the pool leaves out: from a smaller convolution where only such pools use it, else cut off. */
function narrowed(
  x: Value,
  original: Value,
  pool: Windows,
  isForPoolsOnly: (value: Value) => boolean,
  rewriting: Rewriting,
): Value {
  const { o, producer, uses } = rewriting;
  const cropped = crop(o, x, pool);
  const node = isForPoolsOnly(original) ? producer(x) : undefined;
  if (node?.op === 'twinspec.Conv2D') return again(node, node.inputs as readonly Value[], cropped, rewriting);
  const [a, b] = (node?.inputs ?? []) as readonly Value[];
  const convolution = producer(a);
  const isBias = node?.op === 'Add' && b.shape.length === 1 && b.shape[0] === x.shape[3];
  if (convolution?.op !== 'twinspec.Conv2D' || !isBias || uses(a) > 1) return cropped;
  return o.add(again(convolution, convolution.inputs as readonly Value[], cropped, rewriting), b);
}

/** A convolution, or a gradient of one, over no more windows than `images` has pixels. */
function again(node: Node, inputs: readonly Value[], images: Value, { o }: Rewriting): Value {
  const windows = { ...windowsOfNode(node), outHeight: images.shape[1], outWidth: images.shape[2] };
  const [{ shape, dtype }] = node.outputs;
  return o.one(node.op, inputs, node.op === 'twinspec.Conv2D' ? images.shape : shape, dtype, { windows: { windows } });
}

/** A sum over all pixels, which need not count the zeros that were put on. */
function sumOfPixels(node: Node, cut: ReadonlyMap<Value, Value>, { o, producer }: Rewriting): Value[] | undefined {
  const [ones, rows] = node.inputs as readonly Value[];
  const reshape = producer(rows);
  const gradient = reshape?.op === 'Reshape' ? cut.get(reshape.inputs[0]!) : undefined;
  if (!gradient || splatOf(ones) !== 1 || Object.keys(node.attributes).some((name) => node.attributes[name] === 1))
    return undefined;
  const channels = gradient.shape[3];
  const count = sizeOf(gradient.shape) / channels;
  if (!sameShape(rows.shape, [ones.shape[1], channels])) return undefined;
  const [result] = node.outputs;
  const operands = [splat(1, 'float32', [1, count]), o.reshape(gradient, [count, channels]), ...node.inputs.slice(2)];
  return [o.one('Gemm', operands, result.shape, result.dtype, node.attributes)];
}

/** Tells of a value whether nothing but pools that leave out alike, and their gradients, reads it. */
function onlyPooled(graph: Graph): (value: Value) => boolean {
  const readings = new Map<Value, Set<string>>();
  const note = (value: Value | undefined, reading: string) =>
    value && readings.set(value, (readings.get(value) ?? new Set<string>()).add(reading));
  for (const node of graph.nodes) {
    const isPool = node.op === 'twinspec.MaxPool' || node.op === 'twinspec.MaxPoolGrad';
    node.inputs.forEach((input, index) => {
      const { outHeight, outWidth, strideHeight, strideWidth } = isPool ? windowsOfNode(node) : ({} as Windows);
      note(input, isPool && index === 0 ? [outHeight * strideHeight, outWidth * strideWidth].join() : 'other');
    });
  }
  for (const value of graph.outputs.values()) note(value, 'other');
  return (value) => readings.get(value)?.size === 1 && !readings.get(value)!.has('other');
}
