import type { ErrorObject, ValidateFunction } from 'ajv';
import { TwinspecError, type Problem } from '../errors.js';
import { contractFaults } from './contract.js';
import type { Descriptor } from './descriptor.js';
import { createAjv, jsonSchema } from '../schema/json-schema.js';
import { article } from '../words/article.js';
import { didYouMean } from '../words/nearest.js';
import { kindNames, kinds, type DescriptorOf, type Kind } from './kinds/index.js';
import { complete, optionsOf } from './uses.js';

/** The plugins that a program may use, by kind and name. Frozen; there may be many in one process. */
export interface Registry {
  /** Undefined when there is none of that name. `auto` is no engine but a choice among them. */
  find<K extends Kind>(kind: K, name: string): DescriptorOf[K] | undefined;
  /** Throws SPEC_INVALID, naming what exists, when there is none of that name. */
  get<K extends Kind>(kind: K, name: string): DescriptorOf[K];
  /** Sorted by name. */
  list<K extends Kind>(kind: K): readonly DescriptorOf[K][];
  /** The plugin that an absent key of a spec stands for. */
  defaultOf(kind: Kind): string | undefined;
  /** What is wrong with the options, which are not changed; empty when they are valid. */
  optionErrors(plugin: Descriptor, options: unknown): readonly ErrorObject[];
}

/** The engine that is always there: the best that loads. */
export const autoEngine = 'auto';

/**
 * Collects plugins, each checked against its contract. `defaults` names for a kind the plugin that an absent key stands
 * for. Throws PLUGIN_INVALID with every fault of every descriptor, duplicates among them.
 */
export function createRegistry(
  descriptors: readonly Descriptor[],
  defaults: Readonly<Partial<Record<Kind, string>>> = {},
): Registry {
  const ajv = createAjv();
  const validators = new Map<Descriptor, ValidateFunction>();
  const validatorOf = (plugin: Descriptor): ValidateFunction => {
    const validate = validators.get(plugin) ?? ajv.compile(jsonSchema(optionsOf(plugin)));
    validators.set(plugin, validate);
    return validate;
  };
  const plugins = new Map<Kind, Map<string, Descriptor>>(
    kindNames.map((kind) => [kind, new Map<string, Descriptor>()]),
  );
  const problems: Problem[] = [];
  for (const descriptor of descriptors) {
    const faults = contractFaults(descriptor, validatorOf);
    problems.push(
      ...faults.map((fault) => invalid(`${titleOf(descriptor)} ${fault}${fault.endsWith('?') ? '' : '.'}`)),
    );
    if (faults.length > 0) continue;
    const named = plugins.get(descriptor.kind as Kind)!;
    if (named.has(descriptor.name)) problems.push(invalid(`${titleOf(descriptor)} is registered twice.`, twice));
    named.set(descriptor.name, descriptor);
  }
  const byKind = new Map<Kind, string>([['engine', autoEngine], ...(Object.entries(defaults) as [Kind, string][])]);
  for (const [kind, name] of byKind) {
    const exists = (kind === 'engine' && name === autoEngine) || plugins.get(kind)?.has(name);
    if (!exists && problems.length === 0) problems.push(invalid(`The default ${kind} "${name}" is not registered.`));
  }
  const settle = () => {
    if (problems.length === 0) return;
    throw new TwinspecError('PLUGIN_INVALID', problems.map(({ message }) => message).join('\n'), { problems });
  };
  settle();

  const registry: Registry = {
    find: <K extends Kind>(kind: K, name: string) => plugins.get(kind)!.get(name) as DescriptorOf[K] | undefined,
    get<K extends Kind>(kind: K, name: string) {
      const found = registry.find(kind, name);
      if (found) return found;
      const { message, hint } = explainUnknown(registry, kind, name);
      throw new TwinspecError('SPEC_INVALID', message, { hint });
    },
    list: <K extends Kind>(kind: K) =>
      [...plugins.get(kind)!.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) as unknown as DescriptorOf[K][],
    defaultOf: (kind) => byKind.get(kind),
    optionErrors(plugin, options) {
      const validate = validatorOf(plugin);
      return validate(options) ? [] : (validate.errors ?? []);
    },
  };
  for (const descriptor of descriptors) {
    try {
      complete(optionsOf(descriptor), {}, registry);
    } catch (error) {
      problems.push(
        invalid(`${titleOf(descriptor)} has options that stand for it again: ${(error as Error).message}.`),
      );
    }
  }
  settle();
  return Object.freeze(registry);
}

/** What a spec may name of a kind, sorted; `auto` comes first among the engines. */
export function namesOf(registry: Registry, kind: Kind): readonly string[] {
  const names = registry.list(kind).map(({ name }) => name);
  return kind === 'engine' ? [autoEngine, ...names] : names;
}

/** A message for a name that is not registered: the nearest one, what exists, how to load one's own. */
export function explainUnknown(registry: Registry, kind: Kind, name: string): { message: string; hint: string } {
  const names = namesOf(registry, kind);
  const meant = didYouMean(name, names);
  const elsewhere = kindNames.find((other) => other !== kind && registry.find(other, name));
  const file = /^[./]|\.[cm]?[jt]s$/.test(name);
  const hints = [
    ...(meant ? [meant] : []),
    ...(elsewhere ? [`There is ${article(elsewhere)} of that name, not ${article(kind)}.`] : []),
    names.length > 0 ? `Available: ${names.join(', ')}.` : `No ${kind} is registered.`,
    ...(file
      ? ['A spec cannot load code: pass the file with --plugin FILE, and write here the name that it states.']
      : []),
    ...(meant || file ? [] : [`Your own comes from a file with ${kinds[kind].define}, loaded with --plugin FILE.`]),
  ];
  return { message: `There is no ${kind} named ${JSON.stringify(name)}.`, hint: hints.join(' ') };
}

function titleOf(descriptor: unknown): string {
  const { kind, name } = (descriptor ?? {}) as Partial<Descriptor>;
  return name === undefined ? 'A plugin' : `Plugin "${String(name)}" (${String(kind)})`;
}

const twice =
  'Load it once: by --plugin, by twinspec.config or in code. A plugin of your own needs a name of its own, such as acme/mine.';

function invalid(message: string, hint?: string): Problem {
  return { code: 'PLUGIN_INVALID', message, ...(hint !== undefined && { hint }) };
}
