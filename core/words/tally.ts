/** A message, and how often it came. */
export interface Counted {
  readonly message: string;
  readonly times: number;
}

/** Counts messages; equal ones are one. */
export interface Tally {
  /** Whether it is the first of its kind. */
  add(message: string): boolean;
  /** In the order in which they came first. */
  all(): readonly Counted[];
}

export function newTally(): Tally {
  const times = new Map<string, number>();
  return {
    add(message) {
      const before = times.get(message) ?? 0;
      times.set(message, before + 1);
      return before === 0;
    },
    all: () => [...times].map(([message, times]) => ({ message, times })),
  };
}

/** `text`, or `text (came 3 times)`. */
export function countedMessage({ message, times }: Counted): string {
  return times === 1 ? message : `${message} (came ${times.toLocaleString('en')} times)`;
}
