import type { Consumes } from '../plugin/kinds/loss.js';
import type { PluginUse } from '../plugin/options.js';
import type { Registry } from '../plugin/registry.js';
import { optionsOf, usesIn } from '../plugin/uses.js';

/** What a loss gets; of a loss around others, whatever those get: several forms where they do not agree, none where there are none. */
export function consumedBy({ use, with: options }: PluginUse, registry: Registry): readonly Consumes[] {
  const loss = registry.get('loss', use);
  const { consumes } = loss;
  if (typeof consumes === 'string') return [consumes];
  const inner = [...usesIn(optionsOf(loss).properties[consumes.like], options[consumes.like])];
  return [...new Set(inner.flatMap((placed) => consumedBy(placed.use, registry)))];
}
