import { isMapping, type Mapping } from '../../schema/mapping.js';
import { dotted, keysOf, placeOf, child, type Place, type Tree } from './tree.js';

/** Where a value of a resolved spec came from: a line of a file, an override, or nothing that was written. */
export type Origin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'set'; readonly set: string }
  | { readonly kind: 'default' };

/** The origin of every value of a resolved spec that has no keys of its own, by its dotted path, in the order of the spec. */
export function originsOf(spec: unknown, tree: Tree): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  function visit(value: unknown, pointer: string): void {
    const entries = hasKeys(value) ? Object.entries(value) : [];
    if (entries.length === 0) origins.set(dotted(pointer), originOf(value, pointer, tree));
    for (const [key, item] of entries) visit(item, child(pointer, key));
  }
  visit(spec, '');
  return origins;
}

/** Whether its parts have origins of their own: a mapping, or a list with one. */
function hasKeys(value: unknown): value is object {
  return isMapping(value) || (Array.isArray(value) && value.some(hasKeys));
}

function originOf(value: unknown, pointer: string, tree: Tree): Origin {
  let [at, written] = ['', tree.value];
  for (const key of keysOf(pointer)) {
    if (isMapping(written) || Array.isArray(written)) {
      written = (written as Mapping)[key];
      at = child(at, key);
      if (written === undefined) return { kind: 'default' };
      continue;
    }
    // A short form: a name stands for `use`, a bare value for the one option that has it.
    return key === 'use' || written === value ? writtenAt(placeOf(tree, at)) : { kind: 'default' };
  }
  return writtenAt(placeOf(tree, pointer));
}

function writtenAt({ file, line, set }: Place): Origin {
  if (set !== undefined) return { kind: 'set', set };
  return { kind: 'file', file: file ?? '', line: line ?? 1 };
}
