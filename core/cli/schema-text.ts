import type { Descriptor } from '../plugin/descriptor.js';
import { editorSchema } from '../spec/show/editor-schema.js';
import { registryWith } from '../wiring/registry.js';

/** The JSON Schema of specs that may name the shipped plugins and these. */
export function schemaText(plugins: readonly Descriptor[]): string {
  return `${JSON.stringify(editorSchema(registryWith(plugins)), null, 2)}\n`;
}
