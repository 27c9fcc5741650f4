const kept = 1024;

/** The latest measured times, milliseconds. */
export interface RecentTimes {
  add(time: number): void;
  /** Infinity before the first. */
  readonly latest: number;
  /** Over the latest 1024; null before the first. */
  readonly median: number | null;
}

export function recentTimes(): RecentTimes {
  const times: number[] = [];
  let count = 0;
  return {
    add(time) {
      times[count++ % kept] = time;
    },
    get latest() {
      return count === 0 ? Infinity : times[(count - 1) % kept];
    },
    get median() {
      return [...times].sort((a, b) => a - b).at(Math.floor(times.length / 2)) ?? null;
    },
  };
}
