import type { Engine, HostTensors, Optimizer } from 'twinspec/plugin';
import { under, within } from '../../core/graph/places.js';
import { cpuEngine } from './graph.js';

interface OptimizerSteps {
  /** Runs one step on what is given, or on what the step before left; tells what is carried, `weight` and `slots/…`. */
  step(inputs: {
    gradient: Float32Array;
    learningRate: number;
    step: number;
    from?: HostTensors;
  }): Promise<HostTensors>;
  dispose(): Promise<void>;
}

/** An optimizer at work on one vector, on the cpu engine if no other is given. */
export async function optimizerSteps(
  optimizer: Optimizer,
  weight: Float32Array,
  engine?: Engine,
): Promise<OptimizerSteps> {
  const shape = [weight.length];
  const slots = Object.entries(optimizer.slots).map(([name, fill]) => {
    return [name, { shape, data: new Float32Array(weight.length).fill(fill) }] as const;
  });
  const initial: HostTensors = { weight: { shape, data: weight }, ...under('slots', Object.fromEntries(slots)) };
  const session = await (engine ?? (await cpuEngine())).open(null);
  session.write(initial);
  const scalar = { kind: 'values', dtype: 'float32', shape: [] } as const;
  const program = await session.compile({
    name: 'optimizer',
    carried: Object.fromEntries(Object.keys(initial).map((name) => [name, shape])),
    inputs: { gradient: { kind: 'values', dtype: 'float32', shape }, learningRate: scalar, step: scalar },
    body({ carried, inputs: { gradient, learningRate, step } }) {
      const update = optimizer.update({
        weight: carried.weight,
        slots: within('slots', carried),
        gradient,
        learningRate,
        step,
      });
      return { carried: { weight: update.weight, ...under('slots', update.slots) }, outputs: {} };
    },
  });
  return {
    async step({ gradient, learningRate, step, from }) {
      if (from !== undefined) session.write(from);
      await program.run([
        {
          inputs: { gradient, learningRate: Float32Array.of(learningRate), step: Float32Array.of(step) },
          noise: () => {
            throw new Error('an optimizer draws nothing');
          },
        },
      ]);
      return session.read();
    },
    dispose: () => session.dispose(),
  };
}

/** Where a weight of one number goes from 1, a step for each gradient. */
export async function path(optimizer: Optimizer, gradients: readonly number[], learningRate: number) {
  const steps = await optimizerSteps(optimizer, Float32Array.of(1));
  const weights: number[] = [];
  for (const [index, gradient] of gradients.entries()) {
    const after = await steps.step({ gradient: Float32Array.of(gradient), learningRate, step: index + 1 });
    weights.push(after.weight.data[0]);
  }
  await steps.dispose();
  return weights;
}
