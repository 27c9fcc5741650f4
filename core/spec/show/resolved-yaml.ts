import { Document, isScalar, visit } from 'yaml';
import type { Spec } from '../shell/spec.js';

/** The spec as YAML with every default written out; it reads back as the same spec. */
export function resolvedYaml(spec: Spec): string {
  const document = new Document(spec);
  visit(document, {
    Seq(_, list) {
      if (list.items.every(isScalar)) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
