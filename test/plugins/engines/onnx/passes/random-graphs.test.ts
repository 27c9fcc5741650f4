import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyGraph,
  sameShape,
  sizeOf,
  splat,
  splatOf,
  type Graph,
  type Value,
} from '../../../../../plugins/engines/onnx/graph.js';
import { operators } from '../../../../../plugins/engines/onnx/operators.js';
import { combineScalars } from '../../../../../plugins/engines/onnx/passes/combine-scalars.js';
import { deadNodes } from '../../../../../plugins/engines/onnx/passes/dead-nodes.js';
import { dropIdentities } from '../../../../../plugins/engines/onnx/passes/drop-identities.js';
import { flatBroadcasts } from '../../../../../plugins/engines/onnx/passes/flat-broadcasts.js';
import { maskOfRelu } from '../../../../../plugins/engines/onnx/passes/mask-of-relu.js';
import { sinkFactors } from '../../../../../plugins/engines/onnx/passes/sink-factors.js';
import { passes, type Pass } from '../../../../../plugins/engines/onnx/passes/index.js';
import { simplify } from '../../../../../plugins/engines/onnx/simplify.js';
import { execute, float, numbers, type HostArray } from '../compare.js';

/** One more node: what it does, with operands and numbers chosen among what there is by number. */
interface Choice {
  readonly op: string;
  readonly a: number;
  readonly b: number;
  readonly factor: number;
}

/** Powers of two, so that products with them are exact. */
const factors = [2, 0.5, 256, 1 / 256, -2, 1, 4096, 2 ** -20, 2 ** 40, 0];

const ops =
  'scale,scale,scale,divide,mul,mul,add,neg,relu,relu,positive,less,transpose,reshape,slices,concat,concat,split,gemm,gemm,gemm with a bias,sum,ones,zeros'.split(
    ',',
  );

const shapes = { x: [4, 4], y: [4, 4], row: [1, 4], column: [4, 1] };

const choice: fc.Arbitrary<Choice> = fc.record({
  op: fc.constantFrom(...ops),
  a: fc.nat(30),
  b: fc.nat(30),
  factor: fc.constantFrom(...factors),
});

const program = fc.record({
  choices: fc.array(choice, { minLength: 3, maxLength: 16 }),
  outputs: fc.array(fc.nat(30), { minLength: 0, maxLength: 2 }),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});

/** What is known of all numbers of a value: multiples of 2^low up to 2^high. */
type Range = readonly [low: number, high: number];

/** Float32 holds each such number, far from its limits: no operation rounds. */
const isExact = ([low, high]: Range): boolean => high - low <= 23 && low >= -100 && high <= 100;

const scaled = ([low, high]: Range, factor: number): Range =>
  factor === 0 ? [low, high] : [low + Math.log2(Math.abs(factor)), high + Math.log2(Math.abs(factor))];
const product = ([a, b]: Range, [c, d]: Range): Range => [a + c, b + d];
const sum = ([a, b]: Range, [c, d]: Range): Range => [Math.min(a, c), Math.max(b, d) + 1];
const four = ([low, high]: Range): Range => [low, high + 2];

/** A graph of matrices of up to 4×4 numbers; choices that do not fit, or would round, add nothing. */
function build({ choices, outputs }: { choices: readonly Choice[]; outputs: readonly number[] }): Graph {
  const graph = emptyGraph();
  const o = operators(graph);
  const values: (readonly [Value, Range])[] = [];
  for (const [name, shape] of Object.entries(shapes)) {
    const value: Value = { shape, dtype: 'float32' };
    graph.inputs.set(name, value);
    values.push([value, [-2, 1]]);
  }
  const at = (index: number) => values[values.length - 1 - (index % values.length)];
  const put = (range: Range, value: () => Value): void => void (isExact(range) && values.push([value(), range]));

  for (const { op, a, b, factor } of choices) {
    const [[x, range], [y, other]] = [at(a), at(b)];
    const [rows, columns] = x.shape;
    const number = splat(factor, 'float32');
    const broadcasts = x.shape.every((length, axis) => length === y.shape[axis] || length === 1 || y.shape[axis] === 1);
    const isSquare = sizeOf(x.shape) === 16;
    switch (op) {
      case 'scale':
        put(scaled(range, factor), () => (b % 2 ? o.mul(number, x) : o.mul(x, number)));
        break;
      case 'divide': // not by one, at which ONNX Runtime 1.30 can crash between a transposition and a Gemm
        if (factor !== 0 && factor !== 1) put(scaled(range, 1 / factor), () => o.div(x, number));
        break;
      case 'mul':
        if (broadcasts) put(product(range, other), () => o.mul(x, y));
        break;
      case 'add':
        if (broadcasts) put(sum(range, other), () => o.add(x, y));
        break;
      case 'neg':
      case 'relu':
        put(range, () => o[op](x));
        break;
      case 'positive':
        put([0, 0], () => o.cast(o.greater(x, splat(0, 'float32')), 'float32'));
        break;
      case 'less':
        put([0, 0], () => o.cast(o.less(x, sameShape(x.shape, y.shape) ? y : splat(0.5, 'float32')), 'float32'));
        break;
      case 'transpose':
        put(range, () => o.transpose(x, [1, 0]));
        break;
      case 'reshape':
        put(range, () => (isSquare ? o.reshape(o.neg(o.reshape(x, [2, 8])), [4, 4]) : o.reshape(x, [columns, rows])));
        break;
      case 'slices':
        if (isSquare) put(range, () => o.concat([o.slice(x, [1, 0], [3, 4]), o.slice(x, [0, 0], [1, 4])], 0));
        break;
      case 'concat':
        if (isSquare && sizeOf(y.shape) === 16)
          put([Math.min(range[0], other[0]), Math.max(range[1], other[1])], () =>
            o.slice(o.concat([x, y, x], 0), [2, 0], [4, 4]),
          );
        break;
      case 'split':
        if (!isSquare) break;
        put(range, () => o.concat([...o.split(x, [1, 3], 0)].reverse(), 0));
        put(range, () => o.split(x, [1, 3], 0)[0]);
        break;
      case 'gemm':
        if (columns === y.shape[0]) put(four(product(range, other)), () => o.gemm(x, y));
        else if (columns === y.shape[1]) put(four(product(range, other)), () => o.gemm(x, y, false, true));
        break;
      case 'gemm with a bias':
        if (columns === 4)
          put(sum(four(product(range, [-2, 1])), [-2, 1]), () =>
            o.add(o.gemm(x, values[1][0]), o.reshape(values[2][0], [4])),
          );
        break;
      case 'sum':
        put(four(range), () => o.reduceSum(x, [0], true));
        break;
      case 'ones':
        put(range, () => o.mul(x, splat(1, 'float32', [4, 4])));
        break;
      case 'zeros':
        put(range, () => o.add(splat(0, 'float32', [4, 4]), x));
        break;
    }
  }
  graph.outputs.set('last', at(0)[0]);
  outputs.forEach((index, i) => graph.outputs.set(`out${i}`, at(index)[0]));
  return graph;
}

/** Quarters from -2 to 2. */
const inputsOf = (seed: number): Record<string, HostArray> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], index) => {
      const { data } = numbers(shape, seed + index);
      return [
        name,
        float(
          shape,
          Array.from(data, (x) => Math.round(x * 4) / 4),
        ),
      ];
    }),
  );

const scalings = ({ nodes }: Graph): number =>
  nodes.filter(({ op, inputs }) => op === 'Mul' && inputs.some((input) => splatOf(input) !== undefined)).length;

const runs = Number(process.env['FUZZ_RUNS'] ?? 150);

async function check(list: readonly Pass[], after?: (before: Graph, after: Graph) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(program, async (description) => {
      const before = build(description);
      const simplified = simplify(before, list);
      after?.(before, simplified);
      const inputs = inputsOf(description.seed);
      const [expected, actual] = [await execute(before, inputs), await execute(simplified, inputs)];
      for (const [name, value] of Object.entries(expected)) {
        expect(actual[name].shape).toEqual(value.shape);
        expect(Array.from(actual[name].data, (x) => x + 0)).toEqual(Array.from(value.data, (x) => x + 0)); // -0 is 0
      }
    }),
    { numRuns: runs, ...(process.env['FUZZ_SEED'] ? { seed: Number(process.env['FUZZ_SEED']) } : {}) },
  );
}

describe('Random graphs compute the same after', () => {
  it('sink-factors, which adds no multiplication by a number', async () => {
    await check([sinkFactors, deadNodes], (before, after) => {
      expect(scalings(after)).toBeLessThanOrEqual(scalings(simplify(before, [deadNodes])));
    });
  });

  it.each([combineScalars, maskOfRelu, dropIdentities, flatBroadcasts].map((pass) => [pass.name, pass] as const))(
    '%s',
    async (_, pass) => check([pass, deadNodes]),
  );

  it('all passes', async () => check(passes));
});
