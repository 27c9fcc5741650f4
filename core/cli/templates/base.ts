import { imports, pluginImport, variable, type Template } from './template.js';

export const base: Template = {
  plugin: ({ name }) => `${pluginImport('defineBase', 'sizeOf')}

/** A dense network with one hidden layer: [n, ...sample shape] -> [n, dimension]. */
export default defineBase({
  name: '${name}',
  summary: 'One hidden layer, then the embedding.',
  options: {
    hidden: { type: 'integer', minimum: 1, default: 64, description: 'Width of the hidden layer.' },
    dimension: { type: 'integer', minimum: 1, default: 32, description: 'Length of an embedding.' },
  },
  inject: ['tf'],
  create: ({ hidden, dimension }, tf) => ({
    // Any tfjs layers model will do. First weights and dropout follow the seed of the spec by themselves.
    model: (sampleShape) =>
      tf.sequential({
        layers: [
          tf.layers.reshape({ inputShape: [...sampleShape], targetShape: [sizeOf(sampleShape)] }),
          tf.layers.dense({ units: hidden, activation: 'relu' }),
          tf.layers.dense({ units: dimension }),
        ],
      }),
  }),
});
`,
  test: (subject) => `${imports(subject, 'testBase')}

test('${subject.name}', () => testBase(${variable(subject)}, { sampleShapes: [[16], [8, 8, 1]] }));
`,
  use: ({ name }) => `base: { use: ${name}, with: { dimension: 32 } }`,
};
