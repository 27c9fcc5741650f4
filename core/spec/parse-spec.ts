import type { Registry } from '../plugin/registry.js';
import type { Problem } from '../errors.js';
import { defaultLimits, type Limits } from './read/limits.js';
import { applyOverrides } from './overrides.js';
import { parseYaml, textSource } from './read/parse.js';
import { createReport } from './read/report.js';
import type { Spec } from './shell/spec.js';
import { validate } from './validate.js';

export interface ReadOptions {
  /** The plugins that the spec may name. */
  readonly registry: Registry;
  /** Overrides, `path.to.key=value`; the value is YAML. */
  readonly set?: readonly string[];
  /** Where other limits than the usual ones hold. */
  readonly limits?: Partial<Limits>;
  /** Called with each warning, in the order of the file, before the spec is returned or refused. */
  readonly onWarning?: (warning: Problem) => void;
}

/**
 * Makes a valid, frozen spec of YAML text. `file` is what messages call it. Throws one TwinspecError with all problems
 * and the code of the first: SPEC_FILE, SPEC_SYNTAX, SPEC_INVALID, SPEC_MISMATCH, or CALL_INVALID for an override.
 */
export function parseSpec(text: string, options: ReadOptions & { readonly file?: string }): Spec {
  const { registry, file, set = [] } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const report = createReport(limits.problems, options.onWarning);
  const tree = parseYaml(textSource(text, file, limits));
  applyOverrides(tree, set, { registry, limits, report });
  return validate(tree, registry, report);
}
