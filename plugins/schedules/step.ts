import { defineSchedule } from 'twinspec/plugin';

/** η(s) = value · factor^⌊(s − 1) / n⌋, n the steps of `everyEpochs`. */
export default defineSchedule({
  name: 'step',
  summary: 'Multiplies the learning rate by a factor every few epochs.',
  options: {
    value: { type: 'number', exclusiveMinimum: 0, description: 'The learning rate at first.' },
    everyEpochs: { type: 'number', exclusiveMinimum: 0, description: 'Epochs between two changes.' },
    factor: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.1,
      description: 'What each change multiplies the learning rate by.',
    },
  },
  waits: ['everyEpochs'],
  withoutEffect: ({ factor }) =>
    factor === 1 ? { everyEpochs: 'Each change multiplies the learning rate by 1.' } : {},
  create: ({ value, everyEpochs, factor }) => ({
    learningRate({ step, stepsPerEpoch }) {
      const steps = Math.max(1, Math.round(everyEpochs * stepsPerEpoch));
      return value * factor ** Math.floor((step - 1) / steps);
    },
  }),
});
