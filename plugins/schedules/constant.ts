import { defineSchedule } from 'twinspec/plugin';

export default defineSchedule({
  name: 'constant',
  summary: 'The same learning rate at every step.',
  shorthand: 'value',
  options: {
    value: { type: 'number', exclusiveMinimum: 0, description: 'The learning rate.' },
  },
  create: ({ value }) => ({ learningRate: () => value }),
});
