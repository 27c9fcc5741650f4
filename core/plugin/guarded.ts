import { TwinspecError } from '../errors.js';
import { attribute, type Run } from './attribute.js';
import type { Base } from './kinds/base.js';
import type { Dataset, Examples, Unit } from './kinds/dataset.js';
import type { Distance } from './kinds/distance.js';
import { columnsOf, unitNames } from './examples.js';
import { expectDeclared } from './declared.js';
import { expectShape } from './expect-shape.js';
import { guardedLoss } from './guarded-loss.js';
import type { DescriptorOf, Kind } from './kinds/index.js';
import type { Optimizer, Update } from './kinds/optimizer.js';
import type { InstanceOf } from './options.js';
import type { Reducer } from './kinds/reducer.js';
import type { Sampler } from './kinds/sampler.js';
import type { Schedule } from './kinds/schedule.js';
import type { Shape, Tensor, Tensors } from './tensors.js';

/**
 * An instance that a plugin created, as the core uses it: what its functions throw names the plugin, and what they give has
 * the shape that its kind promises.
 */
export function guarded<K extends Kind>(descriptor: DescriptorOf[K], instance: InstanceOf[K]): InstanceOf[K] {
  const run: Run = (name, run) => attribute(`${descriptor.kind} ${descriptor.name}: ${name}`, run);
  return guards[descriptor.kind as K](run, instance, descriptor);
}

type Guard<K extends Kind> = (run: Run, instance: InstanceOf[K], descriptor: DescriptorOf[K]) => InstanceOf[K];

const guards: { readonly [K in Kind]: Guard<K> } = {
  base: (run, base): Base => ({ model: (shape, columns) => run('model', () => base.model(shape, columns)) }),

  dataset: (run, dataset): Dataset => ({
    async load(signal) {
      try {
        return await run('load', () => dataset.load(signal));
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      }
    },
  }),

  distance(run, distance, { similarity, weights: names = [] }): Distance {
    const { matrix, toSimilarity, weights } = distance;
    if (similarity !== undefined && toSimilarity === undefined)
      run('toSimilarity', () => {
        const why = `its descriptor states the similarity "${similarity}", and there is no such function.`;
        throw new TwinspecError('PLUGIN_FAILED', why);
      });
    return {
      between: (a, b, inputs) =>
        run('between', () => expectShape('what it gives', distance.between(a, b, inputs), broadcast(a, b))),
      ...(matrix && {
        matrix: (a, b, inputs) =>
          run('matrix', () =>
            expectShape('what it gives', matrix.call(distance, a, b, inputs), [a.shape[0], b.shape[0]]),
          ),
      }),
      ...(toSimilarity && {
        toSimilarity: (apart) =>
          run('toSimilarity', () => expectShape('what it gives', toSimilarity.call(distance, apart), apart.shape)),
      }),
      weights: (shape) => run('weights', () => expectDeclared('weights', names, weights?.call(distance, shape))),
    };
  },

  loss: guardedLoss,

  reducer: (run, reducer): Reducer => ({
    ...reducer,
    reduce: (values, mask) => run('reduce', () => expectShape('what it gives', reducer.reduce(values, mask), [])),
  }),

  optimizer: (run, optimizer): Optimizer => ({
    slots: optimizer.slots,
    update: (inputs) =>
      run('update', () => {
        const update = optimizer.update(inputs) as Partial<Update> | undefined;
        const { shape } = inputs.weight;
        const slots = Object.keys(optimizer.slots).map((slot) => [
          slot,
          expectShape(`slot "${slot}"`, update?.slots?.[slot], shape),
        ]);
        return {
          weight: expectShape('the next weight', update?.weight, shape),
          slots: Object.fromEntries(slots) as Tensors,
        };
      }),
  }),

  sampler: (run, sampler, { yields }): Sampler => ({
    epoch(inputs) {
      const unit = yields[inputs.examples.unit]!;
      const epoch = run('epoch', () => sampler.epoch(inputs));
      return { batches: epoch.batches, batch: (index) => run('batch', () => expectExamples(epoch.batch(index), unit)) };
    },
  }),

  schedule(run, schedule): Schedule {
    const { memory } = schedule;
    return {
      learningRate: (inputs, state) => run('learningRate', () => schedule.learningRate(inputs, state)),
      ...(memory && {
        memory: {
          initial: memory.initial,
          needsValidation: memory.needsValidation,
          observe: (state, observation) => run('observe', () => memory.observe(state, observation)),
        },
      }),
    };
  },

  engine: (_run, engine) => engine,
};

/** Examples of a unit, in typed arrays of one length. */
function expectExamples(given: Examples | undefined, unit: Unit): Examples {
  const refuse = (what: string): never => {
    throw new TwinspecError('PLUGIN_FAILED', `what it gives ${what}.`);
  };
  const found: unknown = given?.unit;
  if (found !== unit) {
    const received = unitNames.includes(found as Unit) ? `is ${String(found)}` : 'is no examples';
    refuse(`${received}; expected ${unit}`);
  }
  const columns = Object.entries(columnsOf(given!)) as [string, unknown][];
  for (const [name, column] of columns) {
    const expected = name === 'same' || name === 'weight' ? Float32Array : Int32Array;
    if (!(column instanceof expected)) refuse(`has a column "${name}" that is no ${expected.name}`);
  }
  const lengths = columns.map(([name, column]) => `${name} ${(column as Int32Array).length}`);
  if (new Set(columns.map(([, column]) => (column as Int32Array).length)).size > 1)
    refuse(`has columns of different lengths: ${lengths.join(', ')}`);
  return given!;
}

/** The leading axes of [..., d] and [..., d], broadcast. */
function broadcast({ shape: a }: Tensor, { shape: b }: Tensor): Shape {
  const [x, y] = [a.slice(0, -1).reverse(), b.slice(0, -1).reverse()];
  const axes = Array.from({ length: Math.max(x.length, y.length) }, (_, axis) => {
    const [one, other] = [x[axis] ?? 1, y[axis] ?? 1];
    return one === 1 ? other : one;
  });
  return axes.reverse();
}
