import { defineDataset } from 'twinspec/plugin';
import { mnistFolder, readMnist, testRows, trainRows } from './mnist-pairs/mnist.js';
import { makePairs } from './mnist-pairs/pairs.js';
import { holdOut, rowsByClass } from './mnist-pairs/split.js';

const digits = 10;

/** Two images of each digit make its first pair. */
const fewestValidationImages = 2 * digits;

/**
 * Pairs of MNIST digits as Keras's `mnist_siamese` example makes them: 108,400 for training (fewer when images are held
 * out for validation) and 17,820 for the test, half of them matching. Rows 0 to 59,999 are the training images, 60,000 to
 * 69,999 the test images. Which other digit a training pair takes follows from
 * the seed; what is held out, and the pairs to judge by, are the same for all seeds.
 */
export default defineDataset({
  name: 'mnist-pairs',
  summary: 'Pairs of handwritten digits: all of MNIST, half of the pairs matching.',
  reference:
    'LeCun, Bottou, Bengio & Haffner, Proceedings of the IEEE 1998; pairs as in Keras, examples/mnist_siamese.py',
  yields: 'pairs',
  options: {
    validationImages: {
      type: 'integer',
      minimum: 0,
      maximum: 50_000,
      default: 0,
      description: 'Training images to hold out for validation, equally many of each digit: 0, or 20 and more.',
    },
  },
  holdsOut: 'validationImages',
  conflicts: ({ validationImages }) =>
    validationImages > 0 && validationImages < fewestValidationImages
      ? {
          validationImages: `Too few to make pairs of: use 0 for no validation, or at least ${fewestValidationImages}.`,
        }
      : {},
  inject: ['random', 'fixedRandom'],
  create({ validationImages }, random, fixedRandom) {
    return {
      async load(signal) {
        const { images, labels } = await readMnist(mnistFolder(), signal);
        const training = rowsByClass(labels, digits, 0, trainRows);
        const test = rowsByClass(labels, digits, trainRows, trainRows + testRows);
        const { kept, heldOut } = holdOut(training, validationImages, fixedRandom.stream('validation images'));
        return {
          samples: { image: { shape: [28, 28, 1], data: images, scale: 1 / 255 } },
          labels,
          train: makePairs(kept, random.stream('train pairs')),
          validation: validationImages > 0 ? makePairs(heldOut, fixedRandom.stream('validation pairs')) : null,
          test: makePairs(test, fixedRandom.stream('test pairs')),
        };
      },
    };
  },
});
