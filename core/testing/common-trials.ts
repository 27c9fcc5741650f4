import { createRegistry, type Registry } from '../plugin/registry.js';
import type { Descriptor } from '../plugin/descriptor.js';
import type { Engine, EngineDescriptor } from '../plugin/kinds/engine.js';
import { TwinspecError } from '../errors.js';
import { compareGradient } from './central-differences.js';
import { differentiate, noiseNumbers, programOf, programResults, uneven, type Experiment } from './experiment.js';
import { startPlugin, tensorCount, type Lab, type Options } from './lab.js';
import { identical, notFinite, relativeError, show } from './numbers.js';
import { fault, type Trial } from './report.js';
import { watch } from './watch.js';

/** The descriptor keeps its contract. */
export function contractTrial(descriptor: Descriptor): Trial {
  return {
    name: 'contract',
    run() {
      registryOf(descriptor);
      const names = Object.keys(descriptor.options);
      return names.length === 0
        ? 'The descriptor is complete.'
        : `The descriptor is complete, and its options (${names.join(', ')}) have sound schemas and defaults.`;
    },
  };
}

function tensors(count: number): string {
  return count === 1 ? 'one tensor' : `${count} tensors`;
}

function registryOf(descriptor: Descriptor): Registry {
  try {
    return createRegistry([descriptor]);
  } catch (error) {
    if (!(error instanceof TwinspecError)) throw error;
    return fault(error.problems.map(({ message }) => message.replace(/^Plugin "[^"]*" \([^)]*\)/, 'It')).join(' '));
  }
}

/** It can be created, and creating it has no side effect. `late` gets the instance of one that takes its time. */
export function createTrial(
  lab: Lab,
  descriptor: Descriptor,
  given: Options,
  late: (instance: unknown) => void,
): Trial {
  return {
    name: 'create',
    async run() {
      const before = tensorCount(lab.tf);
      const { result, seen } = watch(lab.tf, () => startPlugin(lab, descriptor, given));
      if (result instanceof Promise) late(await result);
      if (seen.length > 0)
        fault(
          `Its create function ${seen.join(', and ')}. Do it where the tensors are handed in, or declare weights and state.`,
        );
      const left = tensorCount(lab.tf) - before;
      if (left > 0)
        fault(
          `Its create function leaves ${tensors(left)} behind. Make constants where they are used: create runs outside of any step.`,
        );
      return 'An instance is made from its options alone.';
    },
  };
}

/** Same inputs, same results; nothing forbidden is done, and nothing is left behind. */
export function purityStages(lab: Lab, make: () => Experiment): readonly (readonly Trial[])[] {
  const { tf } = lab;
  const trials: readonly Trial[] = [
    {
      name: 'backward',
      run() {
        differentiate(tf, make());
        return 'It runs forward and backward.';
      },
    },
    {
      name: 'purity',
      run() {
        const experiment = make();
        const seen = new Set<string>();
        const watched: Experiment = {
          ...experiment,
          run(inputs, noise) {
            const { result, seen: deeds } = watch(tf, () => experiment.run(inputs, noise));
            for (const deed of deeds) seen.add(deed);
            return result;
          },
        };
        const first = differentiate(tf, watched);
        if (seen.size > 0)
          fault(
            `It ${[...seen].join(', and ')}. A step is a pure function of the tensors that it gets, so that it can be compiled, replayed and resumed.`,
          );
        const again = differentiate(tf, experiment);
        const other = differentiate(tf, make());
        for (const [what, next] of [
          ['Called twice', again],
          ['Created twice', other],
        ] as const) {
          const changed = Object.entries(programResults(next)).find(
            ([name, data]) => !identical(data, programResults(first)[name]),
          );
          if (changed)
            fault(
              `${what} with the same inputs, it gives different results (${changed[0]}). It must not remember anything, nor depend on time or chance.`,
            );
        }
        return 'Same inputs give the same bits; it reads nothing back, and has no variables and no randomness of its own.';
      },
    },
    {
      name: 'leaks',
      run() {
        const experiment = make();
        differentiate(tf, experiment);
        const before = tensorCount(tf);
        for (let time = 0; time < 2; time++) differentiate(tf, experiment);
        const left = tensorCount(tf) - before;
        if (left > 0)
          fault(
            `Each call leaves ${tensors(left / 2)} too many. Don't use tf.keep; return the tensors, and what is not returned is freed.`,
          );
        return 'No tensor stays behind.';
      },
    },
  ];
  return trials.map((trial) => [trial]);
}

/** Every gradient equals its central differences, on each of these experiments. */
export function gradientTrial(lab: Lab, name: string, make: () => readonly Experiment[]): Trial {
  return {
    name,
    run() {
      let [compared, of, zero] = [0, 0, true];
      for (const experiment of make()) {
        const result = compareGradient(lab, experiment);
        compared += result.compared;
        of += result.of;
        zero &&= result.zero;
      }
      if (of > 0 && compared === 0)
        fault(
          'Its values jump everywhere, so that they have no slope to follow. Use ops that are smooth, or smooth but for a few kinks.',
        );
      if (zero && name === 'gradient')
        fault('Its gradient is 0 everywhere on ordinary batches, so that nothing would be learned from it.');
      return `${compared} of ${of} slopes agree with central differences${compared < of ? '; the others are next to a kink' : ''}.`;
    },
  };
}

/** Values and gradients are finite on batches that are as bad as they come. */
export function finiteTrial(lab: Lab, make: () => Readonly<Record<string, Experiment>>): Trial {
  return {
    name: 'finite',
    run() {
      const batches = Object.entries(make());
      const faults = batches.flatMap(([batch, experiment]) => {
        const { values, others, gradients } = differentiate(lab.tf, experiment);
        const found = [
          ...Object.entries({ ...values, ...others }).map(([name, { data }]) => [`its ${name}`, data] as const),
          ...Object.entries(gradients).map(([name, data]) => [`the gradient by the ${name}`, data] as const),
        ].find(([, data]) => notFinite(data) >= 0);
        return found ? [{ batch, what: found[0], value: found[1][notFinite(found[1])] }] : [];
      });
      if (faults.length === 0)
        return `Values and gradients are finite on ${batches.length} hostile batches: ${batches.map(([name]) => name).join(', ')}.`;
      const { batch, what, value } = faults[0];
      const more =
        faults.length > 1
          ? ` (also with ${faults
              .slice(1)
              .map((other) => other.batch)
              .join(', ')})`
          : '';
      return fault(`With ${batch}, ${what} is ${value}${more}. ${remedy(batch)}`);
    },
  };
}

function remedy(batch: string): string {
  if (/huge/.test(batch))
    return 'exp overflows float32 from 89 on: use softplus, tf.logSoftmax, or maskedLogSumExp of twinspec/plugin.';
  return 'sqrt has an infinite gradient at 0, log and division have none: use safeSqrt, safeNorm or maskedLogSumExp of twinspec/plugin, or keep the argument away from 0.';
}

/** Every engine that can run here gives what tfjs gives line by line. */
export function engineTrial(lab: Lab, title: string, make: () => Experiment): Trial {
  return {
    name: 'engines',
    async run() {
      const experiment = make();
      const expected = programResults(differentiate(lab.tf, experiment, uneven));
      const agreed: string[] = [];
      for (const engine of lab.engines) {
        if (!(await engine.probe()).available) continue;
        const actual = await runOn(lab, engine, title, experiment);
        const wrong = Object.keys(expected).find((name) => relativeError(actual[name] ?? [], expected[name]) > 1e-3);
        if (wrong)
          fault(
            `On the engine ${engine.name} it gives another ${wrong.replace('/', ' ')} than line by line: off by ${show(100 * relativeError(actual[wrong] ?? [], expected[wrong]))} %.`,
          );
        agreed.push(engine.name);
      }
      return agreed.length === 0
        ? 'No engine to compile for was given.'
        : `It compiles and gives the same on ${agreed.join(', ')}.`;
    },
  };
}

async function runOn(
  lab: Lab,
  descriptor: EngineDescriptor,
  title: string,
  experiment: Experiment,
): Promise<Readonly<Record<string, Float32Array>>> {
  const engine = await startPlugin<Engine>(lab, descriptor, {});
  const session = await engine.open(null);
  try {
    const program = await session.compile(programOf(lab.tf, title, experiment));
    const inputs = Object.fromEntries(Object.entries(experiment.inputs).map(([name, { data }]) => [name, data]));
    return (await program.run([{ inputs, noise: noiseNumbers }]))[0];
  } catch (error) {
    const reason =
      error instanceof TwinspecError ? [error.message, error.hint].filter(Boolean).join(' ') : String(error);
    return fault(`The engine ${descriptor.name} cannot compile it: ${reason}`);
  } finally {
    await session.dispose();
  }
}
