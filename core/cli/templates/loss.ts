import { imports, pluginImport, variable, type Template } from './template.js';

export const loss: Template = {
  plugin: ({ name }) => `${pluginImport('defineLoss')}

/** L = y·d² + (1 − y)·max(0, margin − d)², y = 1 for a match. */
export default defineLoss({
  name: '${name}',
  summary: 'Pulls matching pairs together and pushes other pairs at least \`margin\` apart.',
  consumes: 'pairs', // or 'triplets', or 'batch' for all pairs of a labelled batch
  options: {
    margin: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 1,
      description: 'Distance from which a pair of two classes costs nothing.',
    },
  },
  inject: ['tf'],
  create: ({ margin }, tf) => ({
    // distance and same are [pairs]; return one value per pair, the spec's reducer takes their mean.
    values({ distance, same }) {
      const pull = tf.mul(same, tf.square(distance));
      const push = tf.mul(tf.sub(1, same), tf.square(tf.relu(tf.sub(margin, distance))));
      return tf.add(pull, push);
    },
  }),
});
`,
  test: (subject) => `${imports(subject, 'testLoss')}

test('${subject.name}', () =>
  testLoss(${variable(subject)}, {
    cases: [
      // A match at 0.5: 0.5². Others at 0.25 and 2, margin 1: 0.75² and nothing.
      { given: { distance: [0.5, 0.25, 2], same: [1, 0, 0] }, values: [0.25, 0.5625, 0] },
    ],
  }));
`,
  use: ({ name }) => `loss: { use: ${name}, with: { margin: 1 } }`,
};
