/** A queue that one consumer reads with `for await`. */
export interface EventQueue<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** Ends the iteration after what was pushed: quietly, or by throwing this error. */
  end(error?: unknown): void;
}

/** A queue that keeps what nobody has read yet. Once its reader has left, it keeps nothing. */
export function eventQueue<T>(): EventQueue<T> {
  const waiting: T[] = [];
  let wake: (() => void) | null = null;
  let ended = false;
  let failure: { readonly error: unknown } | null = null;
  let abandoned = false;

  return {
    push(value) {
      if (!abandoned) waiting.push(value);
      wake?.();
    },
    end(error) {
      ended = true;
      if (error !== undefined) failure = { error };
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          while (waiting.length > 0) yield waiting.shift()!;
          if (failure !== null) throw failure.error;
          if (ended) return;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        abandoned = true;
        waiting.length = 0;
      }
    },
  };
}
