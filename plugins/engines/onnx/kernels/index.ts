import { convolutions } from './convolution.js';
import { distances } from './distance.js';
import { elementwise } from './elementwise.js';
import { indexing } from './indexing.js';
import type { Kernels } from './lowering.js';
import { impossible } from './lowering.js';
import { matmul } from './matmul.js';
import { normalizations } from './normalization.js';
import { pools } from './pooling.js';
import { reductions } from './reduction.js';
import { resizes } from './resize.js';
import { shapes } from './shape.js';
import { volumes } from './volume.js';

const shapeDepends = impossible('because the shape of its result depends on values; use masks instead of index lists');

/** Kernels that no compiled step can use, with the reason. */
const refused: Kernels = {
  Multinomial: impossible('because it draws random numbers; ask for noise instead'),
  NonMaxSuppressionV3: shapeDepends,
  Unique: shapeDepends,
  Where: shapeDepends,
};

/** Lowerings by family, in the order of docs/reference/ops.md. */
export const families: Readonly<Record<string, Kernels>> = {
  Elementwise: elementwise,
  Reductions: reductions,
  'Matrix products': matmul,
  Convolutions: convolutions,
  Pooling: pools,
  Volumes: volumes,
  Resizing: resizes,
  Normalization: normalizations,
  Shapes: shapes,
  Indexing: indexing,
};

/** Every kernel that this engine knows, by name: those of tfjs, and Twinspec's own. */
export const kernels: Kernels = {
  ...refused,
  ...distances,
  ...(Object.assign({}, ...Object.values(families)) as Kernels),
};

export type { Attributes, Context, Inputs, Kernels, Lowering } from './lowering.js';
