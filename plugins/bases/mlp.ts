import { defineBase } from 'twinspec/plugin';

/** Keras's default; that of tfjs is the normal variant, which trains to other figures. */
const init = 'glorotUniform';

/** Flattens each sample and passes it through dense layers: [n, ...shape] -> [n, units.at(-1)]. */
export default defineBase({
  name: 'mlp',
  summary: 'Dense layers, with dropout between them if you like. The last one gives the embedding.',
  options: {
    units: {
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      minItems: 1,
      default: [128, 128, 128],
      description: 'Width of each dense layer; the last is the length of the embedding.',
    },
    activation: {
      type: 'string',
      enum: ['relu', 'tanh', 'sigmoid', 'elu', 'selu', 'softplus', 'linear'],
      default: 'relu',
      description: 'Activation of every layer.',
    },
    lastActivation: {
      type: 'string',
      enum: ['relu', 'tanh', 'sigmoid', 'elu', 'selu', 'softplus', 'linear'],
      nullable: true,
      default: null,
      description:
        'Activation of the last layer, the embedding; null for the same. After relu no number of an embedding is negative, and it is all zero where no unit fires.',
    },
    dropout: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description:
        'Share of units dropped in training after each dense layer but the last; realised in steps of 1/256.',
    },
  },
  withoutEffect: ({ units, dropout }) =>
    dropout > 0 && units.length === 1 ? { dropout: 'It stands between dense layers, and there is one.' } : {},
  inject: ['tf'],
  create: ({ units, activation, lastActivation, dropout }, tf) => ({
    model(sampleShape) {
      const model = tf.sequential();
      const inputShape = [...sampleShape];
      model.add(inputShape.length > 1 ? tf.layers.flatten({ inputShape }) : tf.layers.inputLayer({ inputShape }));
      for (const [index, width] of units.entries()) {
        if (index > 0 && dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
        const own = index === units.length - 1 ? (lastActivation ?? activation) : activation;
        model.add(tf.layers.dense({ units: width, activation: own, kernelInitializer: init }));
      }
      return model;
    },
  }),
});
