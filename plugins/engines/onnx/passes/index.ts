import { combineScalars } from './combine-scalars.js';
import { commonSubexpressions } from './common-subexpressions.js';
import { deadNodes } from './dead-nodes.js';
import { dropIdentities } from './drop-identities.js';
import { foldConstants } from './fold-constants.js';
import { fuseBias } from './fuse-bias.js';
import type { Pass } from './rewrite.js';

/** All passes, in the order in which they help each other. */
export const passes: readonly Pass[] = [
  foldConstants,
  dropIdentities,
  commonSubexpressions,
  deadNodes,
  fuseBias,
  combineScalars,
  dropIdentities,
  commonSubexpressions,
  deadNodes,
];

export type { Pass } from './rewrite.js';
