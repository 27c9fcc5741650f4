import { imports, pluginImport, variable, type Template } from './template.js';

export const distance: Template = {
  plugin: ({ name }) => `${pluginImport('defineDistance')}

/** d = Σ |a − b| */
export default defineDistance({
  name: '${name}',
  summary: 'The sum of the differences of two embeddings.',
  claims: ['symmetric', 'zero-to-itself'], // what the test holds it to
  inject: ['tf'],
  create: (_options, tf) => ({
    // [..., d] and [..., d] -> [...]; it only ever grows with dissimilarity.
    between(a, b) {
      const difference = tf.sub(a, b);
      return tf.sum(tf.maximum(difference, tf.neg(difference)), -1);
    },
  }),
});
`,
  test: (subject) => `${imports(subject, 'testDistance')}

test('${subject.name}', () =>
  testDistance(${variable(subject)}, {
    cases: [{ a: [[1, 2]], b: [[4, -2]], distance: [7] }], // 3 + 4
  }));
`,
  use: ({ name }) => `distance: ${name}`,
};
