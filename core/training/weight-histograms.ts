import type { EngineSession } from '../plugin/kinds/engine.js';
import { histogramOf, type Histograms } from '../evaluation/histogram.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';

/** How the weights that a session carries are spread, by place. */
export async function weightHistograms(session: EngineSession, { initial }: SiameseGraph): Promise<Histograms> {
  const places = Object.keys(initial).filter((place) => place.startsWith('weights/'));
  const weights = await session.read(places);
  return Object.fromEntries(places.map((place) => [place, histogramOf(weights[place].data)]));
}
