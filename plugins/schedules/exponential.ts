import { defineSchedule } from 'twinspec/plugin';

/** η(s) = value · factor^((s − 1) / n), n the steps of `everyEpochs`. */
export default defineSchedule({
  name: 'exponential',
  summary: 'Lowers the learning rate a little at each step, by the same factor in the same time.',
  options: {
    value: { type: 'number', exclusiveMinimum: 0, description: 'The learning rate at first.' },
    factor: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'What the learning rate is multiplied by in the course of `everyEpochs`.',
    },
    everyEpochs: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 1,
      description: 'Epochs in which the factor takes full effect.',
    },
  },
  create: ({ value, factor, everyEpochs }) => ({
    learningRate: ({ step, stepsPerEpoch }) => value * factor ** ((step - 1) / (everyEpochs * stepsPerEpoch)),
  }),
});
