type Numbers = ArrayLike<number>;

export function norm(values: Numbers): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
}

export function difference(a: Numbers, b: Numbers): number[] {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`);
  return Array.from(a, (value, index) => value - b[index]);
}

/** ‖a − b‖ / ‖b‖; the plain norm of the difference where b is 0. NaN where a or b has one. */
export function relativeError(a: Numbers, b: Numbers): number {
  const scale = norm(b);
  return norm(difference(a, b)) / (scale === 0 ? 1 : scale);
}
