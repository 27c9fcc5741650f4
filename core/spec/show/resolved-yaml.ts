import { Document, isScalar, visit, type Scalar, type ScalarTag } from 'yaml';
import type { Spec } from '../shell/spec.js';
import { yamlValue } from './yaml-value.js';

/** The spec as YAML with every default written out; it reads back as the same spec. */
export function resolvedYaml(spec: Spec): string {
  return blockYaml(spec);
}

/** Plain data as YAML, a line for each key; lists of plain values stay on one. */
export function blockYaml(value: unknown): string {
  const document = new Document(value, {
    customTags: (tags) => [scalar('str', 'string'), scalar('float', 'number'), ...tags],
  });
  visit(document, {
    Seq(_, list) {
      if (list.items.every(isScalar)) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Writes scalars of a type as `yamlValue` does. */
function scalar(name: string, type: string): ScalarTag {
  return {
    tag: `tag:yaml.org,2002:${name}`,
    default: true,
    test: /^/, // comes before those that have none
    identify: (value) => typeof value === type,
    resolve: (text) => text,
    stringify: ({ value }: Scalar) => yamlValue(value),
  };
}
