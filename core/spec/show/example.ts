import type { Descriptor } from '../../plugin/descriptor.js';
import type { Kind } from '../../plugin/kinds/index.js';
import type { Registry } from '../../plugin/registry.js';
import { standardOf } from '../../plugin/uses.js';
import type { NumberForm, Schema } from '../../schema/schema.js';

/** A value for every option: its default, or one that its schema allows. */
export function exampleOptions(plugin: Descriptor, registry: Registry): Readonly<Record<string, unknown>> {
  return optionsLike(plugin, registry, [plugin]);
}

/** `around` are the plugins that these options are nested in: an example needs an end. */
function optionsLike(
  { kind, options }: Descriptor,
  registry: Registry,
  around: readonly Descriptor[],
): Readonly<Record<string, unknown>> {
  const usual = kind === 'schedule' ? 0.001 : 1;
  const valueOf = (schema: Schema): unknown => {
    if (schema.default !== undefined) return schema.default;
    if (schema.nullable) return null;
    switch (schema.type) {
      case 'boolean':
        return false;
      case 'string':
        return schema.enum?.[0] ?? 'text';
      case 'array':
        return Array.from({ length: schema.minItems ?? 1 }, () => valueOf(schema.items));
      case 'object':
        return Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, valueOf(each)]));
      case 'integer':
        return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
      case 'number':
        return exampleNumber(schema, usual);
      case 'plugin':
        return pluginLike(schema.kind as Kind, registry, around);
      default:
        return null;
    }
  };
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, valueOf(option)]));
}

function pluginLike(kind: Kind, registry: Registry, around: readonly Descriptor[]): unknown {
  const standard = standardOf(registry, kind);
  if (standard !== undefined) return standard;
  const plugins: readonly Descriptor[] = registry.list(kind);
  const plugin = plugins.find((each) => !around.includes(each));
  if (!plugin) return `my-${kind}`;
  const options = optionsLike(plugin, registry, [...around, plugin]);
  return Object.keys(options).length === 0 ? plugin.name : { use: plugin.name, with: options };
}

function exampleNumber(schema: NumberForm, usual: number): number {
  const low = schema.minimum ?? schema.exclusiveMinimum ?? -Infinity;
  const high = schema.maximum ?? schema.exclusiveMaximum ?? Infinity;
  if (usual > low && usual < high && high === Infinity) return usual;
  return Number.isFinite(high) && Number.isFinite(low) ? (low + high) / 2 : Number.isFinite(low) ? low + 1 : high - 1;
}
