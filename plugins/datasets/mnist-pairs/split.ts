import type { RandomStream } from 'twinspec/plugin';

export interface HeldOut {
  /** Rows of each class that stay, ascending. */
  readonly kept: readonly Int32Array[];
  /** Rows of each class that were taken out, ascending. */
  readonly heldOut: readonly Int32Array[];
}

/** Rows of each class among `from` to `to` − 1, ascending. */
export function rowsByClass(labels: Int32Array, classes: number, from: number, to: number): Int32Array[] {
  const rows = Array.from({ length: classes }, () => [] as number[]);
  for (let row = from; row < to; row++) rows[labels[row]].push(row);
  return rows.map((list) => Int32Array.from(list));
}

/** Takes `count` random rows out, as many of each class as of any other; a rest goes to the first classes. */
export function holdOut(classes: readonly Int32Array[], count: number, random: RandomStream): HeldOut {
  const share = Math.floor(count / classes.length);
  const rest = count % classes.length;
  const split = classes.map((rows, index) => {
    const taken = share + Number(index < rest);
    const shuffled = random.shuffle(rows.slice());
    return { heldOut: shuffled.slice(0, taken).sort(), kept: shuffled.slice(taken).sort() };
  });
  return { kept: split.map(({ kept }) => kept), heldOut: split.map(({ heldOut }) => heldOut) };
}
