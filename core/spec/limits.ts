/** How large a spec may be. Every limit is inclusive. */
export interface Limits {
  /** Of a file or text, in bytes of UTF-8. */
  readonly bytes: number;
  /** Mappings and lists inside each other; the spec itself is the first. */
  readonly depth: number;
  /** Mappings, lists, keys and values together. */
  readonly nodes: number;
  /** Files that a spec extends, one after the other. */
  readonly extends: number;
  /** Problems that an error lists; the others are counted. */
  readonly problems: number;
}

export const defaultLimits: Limits = Object.freeze({
  bytes: 256 * 1024,
  depth: 64,
  nodes: 20_000,
  extends: 8,
  problems: 100,
});
