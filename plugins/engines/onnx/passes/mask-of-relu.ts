import type { Node, Value } from '../graph.js';
import { splatOf } from '../graph.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/**
 * Tests relu(x) > 0 for x > 0, which is the same. Then nothing but relu needs x, and ONNX Runtime computes both in one
 * with the product before them. And multiplies by the test x · m > 0 instead of by m and by the test x > 0, where m is 0
 * or 1: the masks of dropout and of the relu before it in one.
 */
export const maskOfRelu: Pass = {
  name: 'mask-of-relu',
  run(graph) {
    const relus = new Map<Value, Value>();
    const products = new Map<Value, Map<Value, Value>>();
    return rewrite(graph, (node, rewriting) => {
      const [x, y] = node.inputs as readonly Value[];
      const [result] = node.outputs;
      if (node.op === 'Relu') relus.set(x, result);
      if (node.op === 'Greater' && splatOf(y) === 0) {
        const relu = relus.get(x);
        return relu && [rewriting.o.greater(relu, y)];
      }
      if (node.op !== 'Mul') return undefined;
      products.set(x, (products.get(x) ?? new Map<Value, Value>()).set(y, result));
      products.set(y, (products.get(y) ?? new Map<Value, Value>()).set(x, result));
      const value = merged(x, y, products, rewriting) ?? merged(y, x, products, rewriting);
      return value && [value];
    });
  },
};

/** (d · m) · (x > 0) as d · (x · m > 0), where x · m is there already. */
function merged(
  through: Value,
  test: Value,
  products: ReadonlyMap<Value, ReadonlyMap<Value, Value>>,
  { o, producer, uses }: Rewriting,
): Value | undefined {
  const product = producer(through);
  const greater = producer(castOf(producer(test)));
  if (product?.op !== 'Mul' || uses(through) > 1 || greater?.op !== 'Greater' || splatOf(greater.inputs[1]) !== 0)
    return undefined;
  const [a, b] = product.inputs as readonly Value[];
  for (const [d, mask] of [
    [a, b],
    [b, a],
  ]) {
    const masked = products.get(greater.inputs[0]!)?.get(mask);
    if (masked && castOf(producer(mask))?.dtype === 'bool')
      return o.mul(d, o.cast(o.greater(masked, greater.inputs[1]!), 'float32'));
  }
  return undefined;
}

const castOf = (node: Node | undefined): Value | undefined => (node?.op === 'Cast' ? node.inputs[0] : undefined);
