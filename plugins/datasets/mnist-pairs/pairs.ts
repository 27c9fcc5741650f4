import type { Pairs, RandomStream } from 'twinspec/plugin';

/**
 * One matching and one other pair for each class d and each i < n, where n is the smallest class's count − 1:
 * (d[i], d[i+1]) and (d[i], e[i]) with e a random other class. They alternate, as in Keras's `create_pairs`.
 *
 * @param classes rows of each class; at least two classes
 */
export function makePairs(classes: readonly Int32Array[], random: RandomStream): Pairs {
  const perClass = Math.max(0, Math.min(...classes.map((rows) => rows.length)) - 1);
  const count = 2 * perClass * classes.length;
  const left = new Int32Array(count);
  const right = new Int32Array(count);
  const same = new Float32Array(count);
  let pair = 0;
  for (const [d, rows] of classes.entries()) {
    for (let i = 0; i < perClass; i++) {
      const other = classes[(d + 1 + random.integer(classes.length - 1)) % classes.length];
      left.fill(rows[i], pair, pair + 2);
      right.set([rows[i + 1], other[i]], pair);
      same[pair] = 1;
      pair += 2;
    }
  }
  return { unit: 'pairs', left, right, same };
}
