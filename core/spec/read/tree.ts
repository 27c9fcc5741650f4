/** Where something was written: in a file, or in an override of the call. */
export interface Place {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** The override `path=value`. */
  readonly set?: string;
  /** All lines of the file, for showing those around. */
  readonly lines?: () => readonly string[];
  /** Places are in the order in which a reader meets them. */
  readonly order: number;
}

/** The place of a key and of its value; both are the same in a list. */
export interface Places {
  readonly key: Place;
  readonly value: Place;
}

/** Plain data, and the place of each part of it by JSON pointer. Mappings have no prototype. Owned by whoever made it. */
export interface Tree {
  value: unknown;
  readonly places: Map<string, Places>;
}

/** The JSON pointer (RFC 6901) of a key inside a parent; the root is the empty text. */
export function child(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The keys that a JSON pointer goes through. */
export function keysOf(pointer: string): string[] {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `/loss/with/margin` as people and overrides write it: `loss.with.margin`. */
export function dotted(pointer: string): string {
  return keysOf(pointer).join('.');
}

/** Where a part of the tree was written; where its nearest parent was, when it was not. */
export function placeOf(tree: Tree, pointer: string, part: keyof Places = 'value'): Place {
  const places = tree.places.get(pointer);
  if (places) return places[part];
  return pointer === '' ? { order: 0 } : placeOf(tree, pointer.slice(0, pointer.lastIndexOf('/')), part);
}
