import type { Descriptor } from '../plugin/descriptor.js';
import { loadSpec as readSpec } from '../spec/load-spec.js';
import type { Spec } from '../spec/spec.js';
import { registryWith } from './registry.js';

export interface LoadSpecOptions {
  /** Plugins that the spec may name beside the shipped ones. */
  readonly plugins?: readonly Descriptor[];
  /** Overrides, `path.to.key=value`; the value is YAML. */
  readonly set?: readonly string[];
}

/**
 * Reads and validates a spec file, with every default filled in.
 *
 * @throws SPEC_FILE, SPEC_SYNTAX, SPEC_INVALID, SPEC_MISMATCH or CALL_INVALID, with all problems at once
 */
export function loadSpec(file: string, { plugins, set = [] }: LoadSpecOptions = {}): Promise<Spec> {
  return readSpec(file, { registry: registryWith(plugins), set });
}
