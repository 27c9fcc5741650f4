import { expandPool } from '../kernels/pooling.js';
import { expandConvolutions } from './expand-convolutions.js';
import { rewrite, type Pass } from './rewrite.js';

/** Writes compound operators in those of ONNX. No graph can be encoded without it. */
export const expand: Pass = {
  name: 'expand',
  run: (graph) =>
    rewrite(expandConvolutions.run(graph), (node, { o }) => {
      const value = expandPool(o, node);
      return value && [value];
    }),
};
