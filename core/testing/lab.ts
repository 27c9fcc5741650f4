import { createRegistry } from '../plugin/registry.js';
import type { Descriptor } from '../plugin/descriptor.js';
import type { EngineDescriptor } from '../plugin/kinds/engine.js';
import { stoppedValues } from '../plugin/math.js';
import { onBackend } from '../plugin/on-backend.js';
import type { Services } from '../plugin/services.js';
import { optionsOf, usesIn } from '../plugin/uses.js';
import type { Tensor, Tf } from '../plugin/tensors.js';
import { noSeed, randomService } from '../random/stream.js';
import { newTally, type Tally } from '../words/tally.js';
import { fault } from './report.js';

type Stopped = (compute: () => Tensor) => Tensor;

/** Where plugins are tested. */
export interface Lab {
  /** What plugins get as `tf`. Beside TensorFlow.js it can hold constant what they compute under stopGradient. */
  readonly tf: Tf;
  /** What plugins warn of. */
  readonly warnings: Tally;
  /** The engines that a step must compile on; those that cannot run here are passed over. */
  readonly engines: readonly EngineDescriptor[];
  /** Runs `first`, then calls `rest` with a function under which stopGradient gives the values that it gave in `first`. */
  holdingConstant<T>(first: () => void, rest: (held: <R>(run: () => R) => R) => T): T;
}

export function createLab(tf: Tf, engines: readonly EngineDescriptor[] = []): Lab {
  let stopped: Stopped | undefined;
  const watched = Object.create(tf, { [stoppedValues]: { get: () => stopped } }) as Tf;
  const during = <R>(hook: Stopped, run: () => R): R => {
    stopped = hook;
    try {
      return run();
    } finally {
      stopped = undefined;
    }
  };
  return {
    tf: watched,
    warnings: newTally(),
    engines,
    holdingConstant(first, rest) {
      const values: { data: Float32Array; shape: number[]; dtype: Tensor['dtype'] }[] = [];
      const remember: Stopped = (compute) => {
        const tensor = compute();
        values.push({ data: tensor.dataSync<'float32'>().slice(), shape: tensor.shape, dtype: tensor.dtype });
        return tensor;
      };
      during(remember, first);
      return rest((run) => {
        let next = 0;
        const recall: Stopped = () => {
          const { data, shape, dtype } = values[next++];
          return tf.tensor(data, shape, dtype);
        };
        return during(recall, run);
      });
    },
  };
}

/** An instance of a plugin, with the options that it is given over its defaults, as a run would create it. */
export function createPlugin<T>(lab: Lab, plugin: Descriptor<string, T>, given: Options, seed = 1): T {
  return startPlugin(lab, plugin, given, seed) as T;
}

/** The plugin of an instance that was waited for, which it gives at once. */
export function createdOnce(plugin: Descriptor, given: Options, instance: unknown): Descriptor {
  const made = JSON.stringify(withDefaults(plugin, given));
  return {
    ...plugin,
    create: (options) =>
      JSON.stringify(options) === made
        ? instance
        : fault('Its create function gives a promise, so it is tried with one set of options alone.'),
  };
}

/** As `createPlugin`, also of a plugin that takes its time. */
export function startPlugin<T>(
  { tf, warnings }: Lab,
  plugin: Descriptor<string, T>,
  given: Options,
  seed = 1,
): T | Promise<T> {
  const services: Services = {
    tf,
    random: randomService(seed, `${plugin.kind}/${plugin.name}`),
    fixedRandom: randomService(noSeed, `${plugin.kind}/${plugin.name}`),
    logger: { warn: (message) => void warnings.add(message) },
  };
  return plugin.create(withDefaults(plugin, given), ...plugin.inject.map((name) => services[name]));
}

export type Options = Readonly<Record<string, unknown>>;

function withDefaults(plugin: Descriptor, given: Options): Options {
  const errors = createRegistry([plugin]).optionErrors(plugin, given);
  const missing = errors.flatMap(({ keyword, params }) =>
    keyword === 'required' ? [String(params['missingProperty'])] : [],
  );
  if (missing.length > 0)
    fault(
      `It has no default for ${missing.join(', ')}. Give the test a value: \`with\` in code, --with name=value on the command line.`,
    );
  if (errors.length > 0)
    fault(
      `The options given to the test are wrong: ${errors.map(({ instancePath, message }) => `${instancePath.slice(1)} ${message}`).join('; ')}.`,
    );
  const defaults = Object.entries(plugin.options).map(([name, option]) => [name, structuredClone(option.default)]);
  const options = { ...(Object.fromEntries(defaults) as Options), ...given };
  for (const { place, use } of usesIn(optionsOf(plugin), options))
    if (typeof use === 'string' || 'use' in use)
      fault(`Its option "${place}" is a plugin. Give the test an instance of one: \`with\` in code.`);
  return options;
}

/** Number of tensors that tfjs holds. */
export function tensorCount(tf: Tf): number {
  return onBackend(tf, 'cpu', () => tf.memory().numTensors);
}
