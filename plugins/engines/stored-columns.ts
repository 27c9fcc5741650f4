import type { Feed, Program, ProgramInput, Samples, TensorData, Tf } from 'twinspec/plugin';

/** A program over columns that are held in memory, and what fills in the rest. */
interface Fetched {
  readonly program: Program;
  /** The feed with the values of the rows of stored columns. */
  fill(feed: Feed): Promise<Feed>;
}

/**
 * A program whose rows of stored columns are fed as values: read by row for each run, and scaled as held columns are, so that
 * it computes the same bits.
 */
export function fetched(tf: Tf, program: Program, samples: Samples | null): Fetched {
  const stored = Object.entries(program.inputs).flatMap(([name, input]) => {
    const column = input.kind === 'rows' ? samples![input.column] : null;
    return input.kind === 'rows' && column !== null && 'read' in column ? [{ name, column, count: input.count }] : [];
  });
  if (stored.length === 0) return { program, fill: (feed) => Promise.resolve(feed) };

  const inputs = stored.map(({ name, column: { dtype, shape }, count }): [string, ProgramInput] => [
    name,
    { kind: 'values', dtype, shape: [count, ...shape] },
  ]);
  return {
    program: {
      ...program,
      inputs: { ...program.inputs, ...Object.fromEntries(inputs) },
      body(tensors) {
        const seen = stored.map(({ name, column: { scale = 1 } }) => {
          const values = tf.cast(tensors.inputs[name], 'float32');
          return [name, scale === 1 ? values : tf.mul(values, Math.fround(scale))] as const;
        });
        return program.body({ ...tensors, inputs: { ...tensors.inputs, ...Object.fromEntries(seen) } });
      },
    },
    async fill(feed) {
      const read = stored.map(
        async ({ name, column }) => [name, await column.read(feed.inputs[name] as Int32Array)] as const,
      );
      return { ...feed, inputs: { ...feed.inputs, ...Object.fromEntries<TensorData>(await Promise.all(read)) } };
    },
  };
}
