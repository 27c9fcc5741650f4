import type { Value } from '../graph.js';
import { broadcast, sizeOf } from '../graph.js';
import type { Operators } from '../operators.js';
import { prelu, relu, relu6 } from './elementwise.js';
import type { Attributes, Context, Inputs, Kernels } from './lowering.js';
import { within } from './lowering.js';

/** `[..., m, k] · [..., k, n]`, leading axes broadcast, either operand optionally given transposed. */
function matMul(o: Operators, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (sizeOf(batch) !== 1) return o.matMul(transposeA ? flip(o, a) : a, transposeB ? flip(o, b) : b);
  const product = o.gemm(matrix(o, a), matrix(o, b), transposeA, transposeB);
  return batch.length === 0 ? product : o.reshape(product, [...batch, ...product.shape]);
}

const matrix = (o: Operators, x: Value): Value => (x.shape.length === 2 ? x : o.reshape(x, x.shape.slice(-2)));

function flip(o: Operators, x: Value): Value {
  const last = x.shape.length - 1;
  return o.transpose(
    x,
    x.shape.map((_, axis) => (axis === last ? last - 1 : axis === last - 1 ? last : axis)),
  );
}

/** What fused kernels do after their product: add a bias, then activate. */
export function finish(
  { o, refuse }: Context,
  product: Value,
  { bias, preluActivationWeights }: Inputs,
  { activation, leakyreluAlpha }: Attributes,
): Value {
  const biased = bias ? o.add(product, bias) : product;
  switch (activation as string | undefined) {
    case undefined:
    case null:
    case 'linear':
      return biased;
    case 'relu':
      return relu(o, biased);
    case 'relu6':
      return relu6(o, biased);
    case 'elu':
      return o.elu(biased);
    case 'sigmoid':
      return o.sigmoid(biased);
    case 'leakyrelu':
      return o.leakyRelu(biased, leakyreluAlpha ?? 0.2);
    case 'prelu':
      return prelu(o, biased, preluActivationWeights);
    default:
      return refuse(`with the activation ${String(activation)}`);
  }
}

export const matmul: Kernels = {
  BatchMatMul: ({ o }, { a, b }, { transposeA, transposeB }) =>
    a.dtype === 'float32'
      ? matMul(o, a, b, transposeA, transposeB)
      : within(o, 'float64', [a, b], (x, y) => matMul(o, x, y, transposeA, transposeB)),
  Einsum: ({ o, tf }, inputs, { equation }) => {
    const operands = Object.values(inputs);
    const { summedDims, idDims, allDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
    const lengths = new Map<number, number>();
    idDims.forEach((dims, i) => dims.forEach((dim, axis) => lengths.set(dim, operands[i].shape[axis])));
    const shape = allDims.map((_, dim) => dim).filter((dim) => !summedDims.includes(dim));
    return o.einsum(
      operands,
      equation,
      shape.map((dim) => lengths.get(dim)!),
    );
  },
  _FusedMatMul: (context, inputs, attributes) => {
    const { transposeA, transposeB } = attributes;
    const product = matMul(context.o, inputs['a'], inputs['b'], transposeA, transposeB);
    return finish(context, product, inputs, attributes);
  },
};
