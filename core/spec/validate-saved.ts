import type { Registry } from '../plugin/registry.js';
import { createAjv, jsonSchema } from '../schema/json-schema.js';
import { cloneData } from './read/clone.js';
import { noLimits } from './read/limits.js';
import { createReport } from './read/report.js';
import { shellSchema } from './shell/schema.js';
import type { Spec } from './shell/spec.js';
import { validateBy } from './validate.js';

/**
 * Checks keys of a spec that was valid when it was saved against the plugins of this process; those of its other keys need
 * not be there.
 *
 * @throws SPEC_INVALID
 */
export function validateSaved(saved: Spec, keys: readonly (keyof Spec)[], registry: Registry): Spec {
  const pick = (from: object) =>
    Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key as never)));
  const schema = { ...shellSchema, properties: pick(shellSchema.properties) as Record<string, never> };
  const report = createReport(noLimits.problems);
  const tree = cloneData(pick(saved), noLimits, report);
  const check = createAjv().compile(jsonSchema(schema));
  return { ...saved, ...(validateBy(schema, check, { tree, registry, report, meant: new Map() }) as Partial<Spec>) };
}
