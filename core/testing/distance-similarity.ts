import type { Distance, DistanceDescriptor } from '../plugin/kinds/distance.js';
import { distanceExperiment } from './distance-lab.js';
import { evaluate, type Experiment } from './experiment.js';
import { gradientTrial } from './common-trials.js';
import type { Lab } from './lab.js';
import { normals, show, showShape } from './numbers.js';
import { fault, type Trial } from './report.js';

/** What `toSimilarity` makes of distances shrinks as they grow, and has their shape and a gradient. */
export function similarityTrials(lab: Lab, descriptor: DistanceDescriptor, make: () => Distance): Trial[] {
  const { similarity } = descriptor;
  if (similarity === undefined) return [];
  if (make().toSimilarity === undefined)
    return [
      { name: 'similarity', run: () => fault(`It states the similarity "${similarity}" and has no toSimilarity.`) },
    ];
  const experiment = (): Experiment => {
    const distance = make();
    return distanceExperiment(descriptor, distance, [normals([64, 4], 1), normals([64, 4], 2)], (...args) => {
      const apart = distance.between(...args);
      return { values: { similarity: distance.toSimilarity!(apart) }, others: { distance: apart } };
    });
  };
  return [
    { name: 'similarity', run: () => shrinks(lab, similarity, experiment()) },
    gradientTrial(lab, 'gradient of the similarity', () => [experiment()]),
  ];
}

function shrinks({ tf }: Lab, name: string, experiment: Experiment): string {
  const { similarity, distance } = evaluate(tf, experiment);
  if (String(similarity.shape) !== String(distance.shape))
    fault(
      `toSimilarity gives ${showShape(similarity.shape)} for distances of shape ${showShape(distance.shape)}. Give one similarity for each distance.`,
    );
  const pairs = Array.from(distance.data, (far, index) => [far, similarity.data[index]] as const);
  pairs.sort(([one], [other]) => one - other);
  for (const [index, [far, alike]] of pairs.entries()) {
    const [nearer, more] = pairs[Math.max(0, index - 1)];
    if (alike > more)
      fault(
        `toSimilarity grows with the distance: it gives ${show(more)} at ${show(nearer)} and ${show(alike)} at ${show(far)}. What is farther is less similar.`,
      );
  }
  if (pairs[0][1] === pairs.at(-1)![1]) fault('toSimilarity gives the same for near and for far embeddings.');
  return `Its similarity, ${name}, shrinks as the distance grows.`;
}
