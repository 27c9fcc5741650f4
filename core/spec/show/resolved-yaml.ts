import { Document, isScalar, visit } from 'yaml';
import type { Spec } from '../shell/spec.js';

/** The spec as YAML with every default written out; it reads back as the same spec. */
export function resolvedYaml(spec: Spec): string {
  return blockYaml(spec);
}

/** Plain data as YAML, a line for each key; lists of plain values stay on one. */
export function blockYaml(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Seq(_, list) {
      if (list.items.every(isScalar)) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
