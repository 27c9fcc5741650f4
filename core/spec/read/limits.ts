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

/** For a spec that Twinspec wrote itself: it was read within its limits once, and written out it is larger. */
export const noLimits: Limits = Object.freeze({
  bytes: Infinity,
  depth: Infinity,
  nodes: Infinity,
  extends: Infinity,
  problems: defaultLimits.problems,
});
