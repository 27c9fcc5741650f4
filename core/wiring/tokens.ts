import type { ServiceIdentifier } from 'inversify';
import type { Embedder } from '../evaluation/embedder.js';
import type { Evaluator } from '../evaluation/evaluator.js';
import type { Inference } from '../graph/inference.js';
import type { Network } from '../graph/network.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import type { LoadedData } from '../data/load-data.js';
import type { EngineSession } from '../plugin/kinds/engine.js';
import { kindNames, type Kind } from '../plugin/kinds/index.js';
import type { InstanceOf } from '../plugin/options.js';
import type { Steps } from '../training/steps.js';
import type { Trainer } from '../training/trainer.js';
import type { DataShape } from './build.js';

/** What the container knows a part of a run by; its type is that of the part. */
export type Token<T> = ServiceIdentifier<T>;

/** The plugins that a spec names. */
export const plugins = Object.fromEntries(kindNames.map((kind) => [kind, token(kind)])) as {
  readonly [K in Kind]: Token<InstanceOf[K]>;
};

export const parts = {
  data: token<LoadedData>('data'),
  shape: token<DataShape>('shape'),
  network: token<Network>('network'),
  graph: token<SiameseGraph>('graph'),
  inference: token<Inference>('inference'),
};

/** Parts that there are on an open session only. */
export const sessionParts = {
  session: token<EngineSession>('session'),
  embedder: token<Embedder>('embedder'),
  evaluator: token<Evaluator>('evaluator'),
  steps: token<Steps>('steps'),
  trainer: token<Trainer>('trainer'),
};

function token<T>(name: string): Token<T> {
  return Symbol(name);
}
