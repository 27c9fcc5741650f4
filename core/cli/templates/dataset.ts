import { imports, pluginImport, variable, type Template } from './template.js';

export const dataset: Template = {
  plugin: ({ name, language }) => `${pluginImport('defineDataset', ...(language === 'ts' ? ['type Pairs'] : []))}

const classes = 5;
const size = 8;

/** Clouds of points, one around each class's centre; take your own data instead. */
export default defineDataset({
  name: '${name}',
  summary: 'Pairs of points from five clouds.',
  yields: 'pairs',
  options: {
    perClass: { type: 'integer', minimum: 8, default: 100, description: 'Points of each class.' },
  },
  inject: ['fixedRandom'], // the same numbers for every seed: a run must not be judged by what its seed drew
  create: ({ perClass }, fixedRandom) => ({
    async load(signal) {
      signal.throwIfAborted();
      const numbers = fixedRandom.stream('points');
      const centres = Float32Array.from({ length: classes * size }, () => numbers.normal());
      const rows = classes * perClass;
      const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
      const data = Float32Array.from({ length: rows * size }, (_, index) => {
        const label = labels[Math.floor(index / size)];
        return centres[label * size + (index % size)] + 0.5 * numbers.normal();
      });

      // Hold out samples, not pairs: the first half trains, then come validation and test.
      const half = classes * Math.ceil(perClass / 2);
      const threeQuarters = half + classes * Math.floor(perClass / 4);
      return {
        samples: { point: { shape: [size], data } },
        labels,
        train: pairs(0, half),
        validation: pairs(half, threeQuarters),
        test: pairs(threeQuarters, rows),
      };
    },
  }),
});

/** For each row from \`start\` to \`end\` one matching pair and one other; row i is of class i % classes. */
function pairs(${language === 'ts' ? 'start: number, end: number): Pairs' : 'start, end)'} {
  const count = end - start;
  const left = new Int32Array(2 * count);
  const right = new Int32Array(2 * count);
  const same = new Float32Array(2 * count);
  for (let index = 0; index < count; index++) {
    left.fill(start + index, 2 * index, 2 * index + 2);
    right[2 * index] = start + ((index + classes) % count);
    right[2 * index + 1] = start + ((index + 1) % count);
    same[2 * index] = 1;
  }
  return { unit: 'pairs', left, right, same };
}
`,
  test: (subject) => `${imports(subject, 'testDataset')}

test('${subject.name}', () => testDataset(${variable(subject)}));
`,
  use: ({ name }) => `dataset: { use: ${name}, with: { perClass: 100 } }`,
};
