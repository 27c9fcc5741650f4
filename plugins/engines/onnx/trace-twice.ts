import { TwinspecError } from 'twinspec/plugin';
import { encode } from './encode.js';
import type { Graph } from './graph.js';
import { trace } from './trace.js';

/** Traces twice and refuses what differs: a number drawn or counted on the host would be frozen in the graph. */
export function traceTwice(...call: Parameters<typeof trace>): Graph {
  const graph = trace(...call);
  if (Buffer.compare(encode(graph), encode(trace(...call))) === 0) return graph;
  throw new TwinspecError('ENGINE_UNSUPPORTED', 'A step computes something else each time it is traced.', {
    hint: 'A step is a pure function: draw random numbers as noise, and keep what changes as state.',
  });
}
