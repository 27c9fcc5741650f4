import { defineBase } from 'twinspec/plugin';

/** Keras's default; that of tfjs is the normal variant, which trains to other figures. */
const init = 'glorotUniform';

/** Convolution blocks, then dense layers: [n, height, width, channels] -> [n, dense.at(-1)]. */
export default defineBase({
  name: 'cnn',
  summary:
    'Blocks of convolution, batch norm, relu, pooling and dropout, then dense layers. The last one gives the embedding.',
  options: {
    filters: {
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      minItems: 1,
      default: [32, 64],
      description: 'Filters of the convolution of each block.',
    },
    kernel: { type: 'integer', minimum: 1, default: 3, description: 'Height and width of every filter.' },
    padding: {
      type: 'string',
      enum: ['valid', 'same'],
      default: 'valid',
      description: '`same` keeps height and width, `valid` takes no padding.',
    },
    pooling: {
      type: 'string',
      enum: ['max', 'average', 'none'],
      default: 'max',
      description: 'Halves height and width after each block.',
    },
    batchNorm: {
      type: 'boolean',
      default: false,
      description: 'Normalises each channel over the batch, before the activation.',
    },
    dense: {
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      minItems: 1,
      default: [128],
      description: 'Width of each dense layer; the last is the length of the embedding.',
    },
    lastActivation: {
      type: 'string',
      enum: ['relu', 'linear'],
      default: 'relu',
      description:
        'Activation of the last layer, the embedding. After relu no number of an embedding is negative, and it is all zero where no unit fires.',
    },
    dropout: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description:
        'Share of values dropped in training after each block and each dense layer but the last; realised in steps of 1/256.',
    },
  },
  takes: ['height', 'width', 'channels'],
  inject: ['tf'],
  create: ({ filters, kernel, padding, pooling, batchNorm, dense, lastActivation, dropout }, tf) => ({
    model(sampleShape) {
      const model = tf.sequential();
      const pool = { max: tf.layers.maxPooling2d, average: tf.layers.averagePooling2d };
      for (const [index, count] of filters.entries()) {
        const inputShape = index === 0 ? { inputShape: [...sampleShape] } : {};
        model.add(
          tf.layers.conv2d({
            filters: count,
            kernelSize: kernel,
            padding,
            useBias: !batchNorm,
            kernelInitializer: init,
            ...inputShape,
          }),
        );
        if (batchNorm) model.add(tf.layers.batchNormalization());
        model.add(tf.layers.activation({ activation: 'relu' }));
        if (pooling !== 'none') model.add(pool[pooling]({ poolSize: 2 }));
        if (dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
      }
      model.add(tf.layers.flatten());
      for (const [index, width] of dense.entries()) {
        if (index > 0 && dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
        const activation = index === dense.length - 1 ? lastActivation : 'relu';
        model.add(tf.layers.dense({ units: width, activation, kernelInitializer: init }));
      }
      return model;
    },
  }),
});
