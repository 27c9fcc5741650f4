/** The same entries with every key moved under a prefix: `kernel` -> `base/kernel`. */
export function under<T>(prefix: string, entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).map(([place, value]) => [`${prefix}/${place}`, value]));
}

/** The entries under a prefix, without it. */
export function within<T>(prefix: string, entries: Readonly<Record<string, T>>): Record<string, T> {
  const start = `${prefix}/`;
  const inside = Object.entries(entries).filter(([place]) => place.startsWith(start));
  return Object.fromEntries(inside.map(([place, value]) => [place.slice(start.length), value]));
}

/** Tensors of one sort among those that a run carries: `base/0/kernel` of the weights is carried as `weights/base/0/kernel`. */
export interface Family {
  /** What a tensor of this place is carried as. */
  key(place: string): string;
  /** Whether what is carried as this is of the family. */
  has(key: string): boolean;
  /** Entries by place, keyed as they are carried. */
  under<T>(entries: Readonly<Record<string, T>>): Record<string, T>;
  /** Those of the family among all that is carried, by place. */
  within<T>(entries: Readonly<Record<string, T>>): Record<string, T>;
}

/**
 * `weights` learn by gradients, `state` changes without. `slots` is what the optimizer remembers of the weights, by slot and
 * place. `ema` is the running mean of the weights, where they are averaged. `best` holds, in a checkpoint alone, what is
 * carried of the best figure.
 */
export const families = {
  weights: family('weights'),
  state: family('state'),
  slots: family('slots'),
  ema: family('ema'),
  best: family('best'),
} as const;

function family(name: string): Family {
  const start = `${name}/`;
  return {
    key: (place) => start + place,
    has: (key) => key.startsWith(start),
    under: (entries) => under(name, entries),
    within: (entries) => within(name, entries),
  };
}
