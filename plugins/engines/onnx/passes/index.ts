import { channelsFirst } from './channels-first.js';
import { combineScalars } from './combine-scalars.js';
import { commonSubexpressions } from './common-subexpressions.js';
import { compareBytes } from './compare-bytes.js';
import { cropPools } from './crop-pools.js';
import { deadNodes } from './dead-nodes.js';
import { dropIdentities } from './drop-identities.js';
import { expandConvolutions } from './expand-convolutions.js';
import { expand } from './expand.js';
import { flatBroadcasts } from './flat-broadcasts.js';
import { foldConstants } from './fold-constants.js';
import { fuseBias } from './fuse-bias.js';
import { maskOfRelu } from './mask-of-relu.js';
import { reluAfterPool } from './relu-after-pool.js';
import type { Pass } from './rewrite.js';
import { sinkFactors } from './sink-factors.js';

/** All passes, in the order in which they help each other. */
export const passes: readonly Pass[] = [
  foldConstants,
  dropIdentities,
  commonSubexpressions,
  deadNodes,
  compareBytes,
  reluAfterPool,
  deadNodes,
  cropPools,
  expandConvolutions,
  channelsFirst,
  expand,
  fuseBias,
  combineScalars,
  sinkFactors,
  maskOfRelu,
  flatBroadcasts,
  dropIdentities,
  commonSubexpressions,
  deadNodes,
];

export type { Pass } from './rewrite.js';
