import { describe, expect, it } from 'vitest';
import { constant, splat, splatOf, type Value, type Windows } from '../../../../../plugins/engines/onnx/graph.js';
import type { Operators } from '../../../../../plugins/engines/onnx/operators.js';
import { combineScalars } from '../../../../../plugins/engines/onnx/passes/combine-scalars.js';
import { commonSubexpressions } from '../../../../../plugins/engines/onnx/passes/common-subexpressions.js';
import { deadNodes } from '../../../../../plugins/engines/onnx/passes/dead-nodes.js';
import { dropIdentities } from '../../../../../plugins/engines/onnx/passes/drop-identities.js';
import { flatBroadcasts } from '../../../../../plugins/engines/onnx/passes/flat-broadcasts.js';
import { foldConstants } from '../../../../../plugins/engines/onnx/passes/fold-constants.js';
import { fuseBias } from '../../../../../plugins/engines/onnx/passes/fuse-bias.js';
import { passes, type Pass } from '../../../../../plugins/engines/onnx/passes/index.js';
import { simplify } from '../../../../../plugins/engines/onnx/simplify.js';
import { compareBytes } from '../../../../../plugins/engines/onnx/passes/compare-bytes.js';
import { expand } from '../../../../../plugins/engines/onnx/passes/expand.js';
import { maskOfRelu } from '../../../../../plugins/engines/onnx/passes/mask-of-relu.js';
import { reluAfterPool } from '../../../../../plugins/engines/onnx/passes/relu-after-pool.js';
import { sinkFactors } from '../../../../../plugins/engines/onnx/passes/sink-factors.js';
import { maxPool, maxPoolGrad } from '../../../../../plugins/engines/onnx/kernels/pooling.js';
import { distance, execute, numbers } from '../compare.js';
import { graphOf, ops } from './graphs.js';

type Build = (o: Operators, inputs: Record<'x' | 'y' | 'v' | 's', Value>) => Value;

const one = splat(1, 'float32');
const inputs = { x: numbers([2, 3], 1), y: numbers([2, 3], 2), v: numbers([3], 3), s: numbers([], 4) };

/** What each pass makes of small graphs: the operators that are left once the dead ones are gone. */
const cases: [Pass, string, Build, string[]][] = [
  [dropIdentities, 'a product with one', (o, { x }) => o.neg(o.mul(x, one)), ['Neg']],
  [
    dropIdentities,
    'a product with ones of a smaller shape',
    (o, { x }) => o.neg(o.mul(splat(1, 'float32', [3]), x)),
    ['Neg'],
  ],
  [dropIdentities, 'but not one that broadcasts', (o, { v }) => o.mul(v, constant([1, 1], 'float32', [2, 1])), ['Mul']],
  [dropIdentities, 'a sum with zero', (o, { x }) => o.neg(o.add(splat(0, 'float32'), x)), ['Neg']],
  [dropIdentities, 'a difference from zero', (o, { x }) => o.neg(o.sub(x, splat(0, 'float32'))), ['Neg']],
  [dropIdentities, 'but not a difference of zero', (o, { x }) => o.sub(splat(0, 'float32'), x), ['Sub']],
  [dropIdentities, 'a quotient by one', (o, { x }) => o.neg(o.div(x, one)), ['Neg']],
  [dropIdentities, 'identities', (o, { x }) => o.neg(o.identity(x)), ['Neg']],
  [dropIdentities, 'a reshape to the same shape', (o, { x }) => o.neg(o.reshape(x, [2, 3])), ['Neg']],
  [dropIdentities, 'a reshape of a reshape', (o, { x }) => o.reshape(o.reshape(x, [6]), [3, 2]), ['Reshape']],
  [dropIdentities, 'a reshape there and back', (o, { x }) => o.neg(o.reshape(o.reshape(x, [6]), [2, 3])), ['Neg']],
  [
    dropIdentities,
    'a transposition of a transposition',
    (o, { x }) => o.transpose(o.transpose(o.reshape(x, [2, 3, 1]), [1, 2, 0]), [1, 2, 0]),
    ['Reshape', 'Transpose'],
  ],
  [
    dropIdentities,
    'a transposition there and back',
    (o, { x }) => {
      const image = o.reshape(o.concat([x, x, x, x], 0), [2, 2, 2, 3]);
      return o.neg(o.transpose(o.transpose(image, [0, 3, 1, 2]), [0, 2, 3, 1]));
    },
    ['Concat', 'Reshape', 'Neg'],
  ],
  [
    dropIdentities,
    'transpositions there and back while the one there is used elsewhere',
    (o, { x }) => {
      const image = o.reshape(o.concat([x, x, x, x], 0), [2, 2, 2, 3]);
      const there = o.transpose(image, [0, 3, 1, 2]);
      return o.add(o.reshape(o.neg(there), [24]), o.reshape(o.neg(o.transpose(there, [0, 2, 3, 1])), [24]));
    },
    ['Concat', 'Reshape', 'Transpose', 'Neg', 'Reshape', 'Neg', 'Reshape', 'Add'],
  ],
  [
    dropIdentities,
    'two transpositions that are another one',
    (o, { x }) => {
      const image = o.reshape(o.concat([x, x, x, x], 0), [2, 2, 2, 3]);
      return o.neg(o.transpose(o.transpose(image, [1, 3, 0, 2]), [1, 2, 3, 0]));
    },
    ['Concat', 'Reshape', 'Transpose', 'Neg'],
  ],
  [
    dropIdentities,
    'a transposition of axes of length one',
    (o, { v }) => o.transpose(o.reshape(v, [1, 3]), [1, 0]),
    ['Reshape'],
  ],
  [
    dropIdentities,
    'a cast through a wider type',
    (o, { x, y }) => o.cast(o.cast(o.cast(o.less(x, y), 'int32'), 'float32'), 'int32'),
    ['Less', 'Cast'],
  ],
  [dropIdentities, 'two negations', (o, { x }) => o.abs(o.neg(o.neg(x))), ['Abs']],
  [commonSubexpressions, 'equal nodes', (o, { x, y }) => o.mul(o.add(x, y), o.add(x, y)), ['Add', 'Mul']],
  [
    commonSubexpressions,
    'equal constants',
    (o, { x }) => o.mul(o.add(x, splat(2, 'float32')), o.add(x, splat(2, 'float32'))),
    ['Add', 'Mul'],
  ],
  [
    commonSubexpressions,
    'but not zero and minus zero',
    (o, { x }) => o.mul(o.add(x, splat(0, 'float32')), o.add(x, splat(-0, 'float32'))),
    ['Add', 'Add', 'Mul'],
  ],
  [
    commonSubexpressions,
    'equal constants of many numbers',
    (o, { s }) => {
      const many = () => constant(numbers([100]).data, 'float32');
      return o.reduceSum(o.mul(o.mul(s, many()), o.mul(s, many())), [0]);
    },
    ['Mul', 'Mul', 'ReduceSum'],
  ],
  [
    commonSubexpressions,
    'but not constants of many numbers of which one differs',
    (o, { s }) => {
      const many = (last: number) => constant([...numbers([99]).data, last], 'float32');
      return o.reduceSum(o.mul(o.mul(s, many(0)), o.div(s, o.mul(s, many(1)))), [0]);
    },
    ['Mul', 'Mul', 'Div', 'Mul', 'ReduceSum'],
  ],
  [
    commonSubexpressions,
    'nor zero and minus zero among many',
    (o, { s }) => {
      const many = (last: number) => constant([...numbers([99]).data, last], 'float32');
      return o.reduceSum(o.mul(o.add(s, many(0)), o.add(s, many(-0))), [0]);
    },
    ['Add', 'Add', 'Mul', 'ReduceSum'],
  ],
  [
    commonSubexpressions,
    'nor the same bytes in another shape or of another type',
    (o, { s }) => {
      const many = Int32Array.from({ length: 100 }, (_, index) => index);
      const bits = new Float32Array(many.buffer);
      const values = [
        o.mul(s, o.cast(constant(many, 'int32'), 'float32')),
        o.mul(s, o.cast(constant(bits, 'float32'), 'float32')),
        o.reshape(o.mul(s, constant(bits, 'float32', [10, 10])), [100]),
        o.reshape(o.mul(s, constant(bits, 'float32', [20, 5])), [100]),
      ];
      return o.reduceSum(o.concat(values, 0), [0]);
    },
    ['Cast', 'Mul', 'Mul', 'Mul', 'Reshape', 'Mul', 'Reshape', 'Concat', 'ReduceSum'],
  ],
  [
    commonSubexpressions,
    'but not other attributes',
    (o, { x }) => o.mul(o.reduceSum(x, [0], true), o.reduceSum(x, [0])),
    ['ReduceSum', 'ReduceSum', 'Mul'],
  ],
  [deadNodes, 'what nothing needs', (o, { x, y }) => (o.exp(o.add(x, y)), o.neg(x)), ['Neg']],
  [foldConstants, 'functions of numbers', (o, { x }) => o.mul(x, o.sqrt(o.add(splat(3, 'float32'), one))), ['Mul']],
  [
    foldConstants,
    'reshapes of constants',
    (o, { x }) => o.mul(x, o.reshape(constant([1, 2, 3], 'float32'), [1, 3])),
    ['Mul'],
  ],
  [combineScalars, 'two factors', (o, { x }) => o.mul(splat(3, 'float32'), o.mul(x, splat(2, 'float32'))), ['Mul']],
  [combineScalars, 'a factor and a divisor', (o, { x }) => o.div(o.neg(x), splat(4, 'float32')), ['Mul']],
  [
    combineScalars,
    'a factor of a product of matrices',
    (o, { x, y }) => o.mul(o.gemm(x, y, false, true), splat(2, 'float32')),
    ['Gemm'],
  ],
  [
    combineScalars,
    'but not one that is used elsewhere too',
    (o, { x }) => ((p) => o.add(o.neg(p), p))(o.mul(x, splat(2, 'float32'))),
    ['Mul', 'Neg', 'Add'],
  ],
  [
    sinkFactors,
    'factors of operands',
    (o, { x, y }) => o.gemm(o.mul(x, splat(2, 'float32')), o.reshape(o.mul(y, splat(3, 'float32')), [3, 2])),
    ['Reshape', 'Gemm'],
  ],
  [
    sinkFactors,
    'the factor of pixels that are rearranged first',
    (o, { x }) => {
      const pixels = o.mul(x, splat(2, 'float32'));
      const columns = o.concat([o.slice(pixels, [0, 0], [2, 2]), o.slice(pixels, [0, 1], [2, 2])], 1);
      return o.gemm(columns, splat(1, 'float32', [4, 1]));
    },
    ['Slice', 'Slice', 'Concat', 'Gemm'],
  ],
  [
    sinkFactors,
    'but not a factor of some of them only',
    (o, { x }) => o.gemm(o.concat([o.mul(x, splat(2, 'float32')), x], 1), splat(1, 'float32', [6, 1])),
    ['Mul', 'Concat', 'Gemm'],
  ],
  [
    sinkFactors,
    'but not the factor of several parts of what is joined with others',
    (o, { x, y, v }) => {
      const doubled = o.mul(x, splat(2, 'float32'));
      const [a, b] = [o.slice(doubled, [0, 0], [1, 3]), o.slice(doubled, [1, 0], [1, 3])];
      return o.gemm(o.concat([a, o.reshape(v, [1, 3]), b], 0), y, false, true);
    },
    ['Mul', 'Slice', 'Slice', 'Reshape', 'Concat', 'Gemm'],
  ],
  [
    sinkFactors,
    'nor one whose powers leave nothing of small numbers',
    (o, { x, y }) => {
      const small = o.div(o.abs(x), splat(2 ** 10, 'float32'));
      let power = o.mul(small, splat(2 ** 10, 'float32'));
      for (let i = 0; i < 4; i += 1) power = o.mul(power, power);
      return o.gemm(power, y, false, true); // of x¹⁶
    },
    ['Abs', 'Div', 'Mul', 'Mul', 'Mul', 'Mul', 'Mul', 'Gemm'],
  ],
  [
    sinkFactors,
    'factors through products, relu, splits and negations',
    (o, { x, y }) => {
      const doubled = o.relu(o.mul(o.mul(x, splat(2, 'float32')), y));
      const [a, b] = o.split(doubled, [1, 1], 0);
      return o.gemm(o.concat([a, o.neg(b)], 0), y, false, true);
    },
    ['Mul', 'Relu', 'Split', 'Neg', 'Concat', 'Gemm'],
  ],
  [
    sinkFactors,
    'but not where it is used otherwise too',
    (o, { x, y }) => ((p) => o.add(o.gemm(p, y, true), o.reduceSum(p, [0])))(o.mul(x, splat(2, 'float32'))),
    ['Mul', 'Gemm', 'ReduceSum', 'Add'],
  ],
  [
    sinkFactors,
    'but no negative one, which relu would see',
    (o, { x, y }) => o.gemm(o.relu(o.mul(x, splat(-2, 'float32'))), y, false, true),
    ['Mul', 'Relu', 'Gemm'],
  ],
  [
    sinkFactors,
    'nor one that brings numbers near to overflow',
    (o, { x, y }) => o.gemm(o.mul(x, splat(1e-30, 'float32')), y, false, true),
    ['Mul', 'Gemm'],
  ],
  [
    sinkFactors,
    'a factor before a comparison with zero',
    (o, { x }) => {
      const doubled = o.mul(x, splat(2, 'float32'));
      return o.gemm(doubled, o.cast(o.greater(doubled, splat(0, 'float32')), 'float32'), true);
    },
    ['Greater', 'Cast', 'Gemm'],
  ],
  [
    dropIdentities,
    'ones that broadcast to what the other operand has anyway',
    (o, { x, s }) => o.sub(x, o.mul(s, splat(1, 'float32', [2, 3]))),
    ['Sub'],
  ],
  [
    dropIdentities,
    'but not where both are broadcast',
    (o, { v, s }) => o.sub(o.mul(s, constant([1, 1], 'float32', [2, 1])), v),
    ['Mul', 'Sub'],
  ],
  [
    maskOfRelu,
    'the mask of dropout after relu',
    (o, { x, y, v }) => {
      const active = o.relu(x);
      const mask = o.cast(o.less(y, splat(0, 'float32')), 'float32');
      const dropped = o.mul(active, mask);
      const gradient = o.mul(o.mul(v, mask), o.cast(o.greater(active, splat(0, 'float32')), 'float32'));
      return o.concat([dropped, gradient], 0);
    },
    ['Relu', 'Less', 'Cast', 'Mul', 'Greater', 'Cast', 'Mul', 'Concat'],
  ],
  ...(
    [
      ['a mask that is not of zeros and ones', (_, { y }) => y, true],
      ['a mask of zeros and twos', (o, { y }) => o.mul(o.cast(o.less(y, one), 'float32'), splat(2, 'float32')), true],
      ['a mask of whole numbers', (o, { y }) => o.cast(o.cast(y, 'int32'), 'float32'), true],
      ['where what is masked is read elsewhere', (o, { y }) => o.cast(o.less(y, one), 'float32'), false],
    ] as [string, Build, boolean][]
  ).map(([what, maskOf, isAlone]): [Pass, string, Build, string[]] => {
    const build: Build = (o, inputs) => {
      const active = o.relu(inputs.x);
      const mask = maskOf(o, inputs);
      const dropped = o.mul(active, mask);
      const masked = o.mul(inputs.y, mask);
      const gradient = o.mul(masked, o.cast(o.greater(active, splat(0, 'float32')), 'float32'));
      return o.concat(isAlone ? [dropped, gradient] : [dropped, gradient, masked], 0);
    };
    return [maskOfRelu, `but not ${what}`, build, ops(graphOf(build))];
  }),
  [
    maskOfRelu,
    'a factor inside of the mask, which stays',
    (o, { x, y, v }) => {
      const active = o.relu(x);
      const mask = o.cast(o.less(y, splat(0, 'float32')), 'float32');
      const dropped = o.mul(o.mul(active, mask), splat(2, 'float32'));
      const d = o.mul(v, splat(2, 'float32'));
      const gradient = o.mul(o.mul(d, mask), o.cast(o.greater(active, splat(0, 'float32')), 'float32'));
      return o.concat([dropped, gradient], 0);
    },
    ['Relu', 'Less', 'Cast', 'Mul', 'Mul', 'Mul', 'Greater', 'Cast', 'Mul', 'Concat'],
  ],
  [
    combineScalars,
    'but not two factors whose product is too small for float32',
    (o, { x }) => {
      const large = o.exp(o.add(x, splat(80, 'float32')));
      return o.log(o.mul(o.mul(large, splat(1e-30, 'float32')), splat(1e-30, 'float32')));
    },
    ['Add', 'Exp', 'Mul', 'Mul', 'Log'],
  ],
  [
    combineScalars,
    'nor two whose product is too large, in a product of matrices either',
    (o, { x, v }) => {
      const small = o.exp(o.sub(x, splat(80, 'float32')));
      const product = o.gemm(
        o.mul(o.mul(small, splat(1e30, 'float32')), splat(1e30, 'float32')),
        o.reshape(o.exp(v), [3, 1]),
      );
      const other = o.gemm(small, o.reshape(o.exp(v), [3, 1]));
      return o.log(o.add(product, o.mul(o.mul(other, splat(1e30, 'float32')), splat(1e30, 'float32'))));
    },
    ['Sub', 'Exp', 'Mul', 'Mul', 'Exp', 'Reshape', 'Gemm', 'Exp', 'Reshape', 'Gemm', 'Mul', 'Add', 'Log'],
  ],
  [
    flatBroadcasts,
    'a number over many axes of length one',
    (o, { x, s }) => o.mul(o.reshape(x, [2, 3, 1]), s),
    ['Reshape', 'Reshape', 'Reshape', 'Mul', 'Reshape'],
  ],
  [
    maskOfRelu,
    'a test of what relu is applied to',
    (o, { x, y }) => {
      const before = o.add(x, y);
      const after = o.relu(before);
      return o.mul(after, o.cast(o.greater(before, splat(0, 'float32')), 'float32'));
    },
    ['Add', 'Relu', 'Greater', 'Cast', 'Mul'],
  ],
  [
    fuseBias,
    'a bias',
    (o, { x, y, s }) => o.add(o.gemm(x, o.transpose(y, [1, 0])), o.expand(o.reshape(s, [1]), [2])),
    ['Transpose', 'Reshape', 'Expand', 'Gemm'],
  ],
  [
    fuseBias,
    'a bias of reshaped rows',
    (o, { x, y, v }) => o.add(v, o.reshape(o.gemm(x, y, true), [1, 3, 3])),
    ['Gemm', 'Reshape'],
  ],
  [
    fuseBias,
    'but not a whole matrix',
    (o, { x, y }) => o.add(o.gemm(x, y, true), o.gemm(y, x, true)),
    ['Gemm', 'Gemm', 'Add'],
  ],
];

describe('each pass', () => {
  it.each(cases.map(([pass, what, ...rest]) => [`${pass.name}: ${what}`, pass, ...rest] as const))(
    '%s',
    async (_, pass, build, expected) => {
      const before = graphOf(build);
      const after = simplify(before, [pass, deadNodes]);
      expect(ops(after)).toEqual(expected);
      const actual = await execute(after, inputs);
      expect(distance(actual['out'], (await execute(before, inputs))['out'])).toBeLessThan(1e-6);
    },
  );

  it('computes in float32 when it folds', () => {
    const graph = simplify(
      graphOf((o, { x }) => o.mul(x, o.add(splat(0.1, 'float32'), splat(0.2, 'float32')))),
      [foldConstants],
    );
    expect(splatOf(graph.nodes[0].inputs[1])).toBe(Math.fround(Math.fround(0.1) + Math.fround(0.2)));
  });
});

const image: Windows = {
  batchSize: 1,
  inHeight: 2,
  inWidth: 4,
  inChannels: 1,
  outHeight: 1,
  outWidth: 2,
  outChannels: 1,
  strideHeight: 2,
  strideWidth: 2,
  dilationHeight: 1,
  dilationWidth: 1,
  filterHeight: 2,
  filterWidth: 2,
  effectiveFilterHeight: 2,
  effectiveFilterWidth: 2,
  padInfo: { top: 0, left: 0 },
};

describe('relu-after-pool', () => {
  /** A pool of relu and its gradient, which comes out masked by relu or as it is; windows with ties and below zero. */
  const build =
    (mask: boolean): Build =>
    (o, { x, v }) => {
      const pixels = o.reshape(o.concat([o.reshape(x, [6]), o.slice(v, [0], [2])], 0), [1, 2, 4, 1]);
      const before = o.sub(o.abs(o.round(pixels)), splat(1, 'float32'));
      const active = o.relu(before);
      const y = maxPool(o, active, image);
      const gradient = maxPoolGrad(o, active, y, o.exp(y), image);
      const positive = o.cast(o.greater(before, splat(0, 'float32')), 'float32');
      return o.concat([o.reshape(mask ? o.mul(gradient, positive) : gradient, [8]), o.reshape(y, [2])], 0);
    };

  it.each([true, false])('leaves the values alone (masked: %s)', async (mask) => {
    for (let seed = 1; seed < 20; seed += 1) {
      const feeds = { ...inputs, x: numbers([2, 3], seed), v: numbers([3], seed + 50) };
      const before = graphOf(build(mask));
      const after = simplify(before, [reluAfterPool, deadNodes]);
      expect((await execute(after, feeds))['out'].data).toEqual((await execute(before, feeds))['out'].data);
    }
  });

  it('needs relu of the small tensor only', () => {
    const graph = simplify(graphOf(build(true)), [reluAfterPool, deadNodes]);
    expect(graph.nodes.filter(({ op }) => op === 'Relu').map(({ outputs }) => outputs[0].shape)).toEqual([
      [1, 1, 2, 1],
    ]);
    expect(ops(graph)).not.toContain('MaxPool');
    expect(ops(simplify(graph, [expand])).some((op) => op.startsWith('twinspec.'))).toBe(false);
  });
});

describe('compare-bytes', () => {
  it.each(['less', 'lessOrEqual', 'greater', 'greaterOrEqual'] as const)('%s', async (name) => {
    const bytes: Value = { shape: [4], dtype: 'uint8' };
    const graph = graphOf((o, { s }) =>
      o.mul(o.cast(o[name](o.cast(bytes, 'float32'), splat(128, 'float32')), 'float32'), s),
    );
    graph.inputs.set('bytes', bytes);
    const feeds = {
      ...inputs,
      bytes: { shape: [4], dtype: 'bool', data: Uint8Array.of(0, 127, 128, 255) } as const,
    };
    const after = simplify(graph, [compareBytes, deadNodes]);
    expect(ops(after)).toHaveLength(3);
    expect(await execute(after, feeds)).toEqual(await execute(graph, feeds));
  });
});

describe('all passes', () => {
  it('find nothing more when run again', () => {
    for (const [, , build] of cases) {
      const once = simplify(graphOf(build));
      expect(ops(simplify(once))).toEqual(ops(once));
    }
  });

  it('keep the outputs, whatever is left out', async () => {
    const build: Build = (o, { x, y, v }) =>
      o.div(o.mul(o.add(o.gemm(x, y, true), v), splat(2, 'float32')), o.add(splat(1, 'float32'), splat(3, 'float32')));
    const expected = (await execute(graphOf(build), inputs))['out'];
    for (const left of passes) {
      const graph = simplify(
        graphOf(build),
        passes.filter((pass) => pass !== left),
      );
      expect(distance((await execute(graph, inputs))['out'], expected)).toBeLessThan(1e-6);
    }
  });
});
