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
