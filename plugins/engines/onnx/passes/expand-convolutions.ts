import { expandConvolution } from '../kernels/convolution.js';
import { rewrite, type Pass } from './rewrite.js';

/** Writes convolutions in operators of ONNX: products of columns where the filter's gradient needs the columns too. */
export const expandConvolutions: Pass = {
  name: 'expand-convolutions',
  run(graph) {
    const trained = new Set(
      graph.nodes.filter(({ op }) => op === 'twinspec.Conv2DFilterGradient').map(({ inputs: [x] }) => x),
    );
    return rewrite(graph, (node, { o }, { inputs: [x] }) => {
      const value = expandConvolution(o, node, trained.has(x));
      return value && [value];
    });
  },
};
