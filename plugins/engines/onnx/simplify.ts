import type { Graph } from './graph.js';
import { passes, type Pass } from './passes/index.js';

/** The same function in fewer or cheaper nodes. */
export const simplify = (graph: Graph, list: readonly Pass[] = passes): Graph =>
  list.reduce((simpler, pass) => pass.run(simpler), graph);
