import type { EngineSession } from '../plugin/kinds/engine.js';
import { histogramOf, type Histograms } from '../evaluation/histogram.js';
import { families } from '../graph/places.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';

/** How the weights that a session carries are spread, by place. */
export async function weightHistograms(session: EngineSession, { initial }: SiameseGraph): Promise<Histograms> {
  const places = Object.keys(initial).filter(families.weights.has);
  const weights = await session.read(places);
  return Object.fromEntries(places.map((place) => [place, histogramOf(weights[place].data)]));
}
