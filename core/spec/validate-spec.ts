import { cloneData } from './read/clone.js';
import { defaultLimits } from './read/limits.js';
import { applyOverrides } from './overrides.js';
import type { ReadOptions } from './parse-spec.js';
import { createReport } from './read/report.js';
import type { Spec } from './shell/spec.js';
import { knownWarnings, validate } from './validate.js';

/**
 * Makes a valid, frozen spec of a plain object in the form of a spec file, which is not changed; a spec that is valid already
 * stays the same, and is warned of again. Throws one TwinspecError
 * with all problems, each with its path: SPEC_INVALID, SPEC_MISMATCH, or CALL_INVALID for an override.
 */
export function validateSpec(value: unknown, options: ReadOptions): Spec {
  const { registry, set = [], onWarning = () => undefined } = options;
  const known = set.length === 0 ? knownWarnings(value, registry) : null;
  if (known !== null) {
    known.forEach(onWarning);
    return value as Spec;
  }
  const limits = { ...defaultLimits, ...options.limits };
  const report = createReport(limits.problems, onWarning);
  const tree = cloneData(value, limits, report);
  report.settle();
  applyOverrides(tree, set, { registry, limits, report });
  return validate(tree, registry, report);
}
