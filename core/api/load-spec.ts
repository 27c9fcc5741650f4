import type { Descriptor } from '../plugin/descriptor.js';
import type { Problem } from '../errors.js';
import type { Limits } from '../spec/read/limits.js';
import { loadSpec as readSpec } from '../spec/load-spec.js';
import type { Spec } from '../spec/shell/spec.js';
import { registryWith } from '../wiring/registry.js';

export interface LoadSpecOptions {
  /** Plugins that the spec may name beside the shipped ones. */
  readonly plugins?: readonly Descriptor[];
  /** Overrides, `path.to.key=value`; the value is YAML. */
  readonly set?: readonly string[];
  /** Where a spec may be larger or smaller than usual, such as `{ bytes: 65536 }`. */
  readonly limits?: Partial<Limits>;
  /** Called with each warning about the spec, in the order of the file. */
  readonly onWarning?: (warning: Problem) => void;
}

/**
 * Reads and validates a spec file, with every default filled in.
 *
 * @throws SPEC_FILE, SPEC_SYNTAX, SPEC_INVALID, SPEC_MISMATCH or CALL_INVALID, with all problems at once
 */
export function loadSpec(file: string, { plugins, ...options }: LoadSpecOptions = {}): Promise<Spec> {
  return readSpec(file, { ...options, registry: registryWith(plugins) });
}
