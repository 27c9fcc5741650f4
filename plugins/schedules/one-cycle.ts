import { defineSchedule } from 'twinspec/plugin';

/**
 * Of T steps, t = 0 … T − 1, the first r = rise·T − 1 go up and the others down, each along half a cosine:
 * η = value·ease(start, 1, t/r), then value·ease(1, end, (t − r)/(T − 1 − r)); ease(a, b, x) = a + (b − a)·(1 − cos πx)/2.
 * PyTorch's OneCycleLR in two phases; momentum stays as it is.
 */
export default defineSchedule({
  name: 'one-cycle',
  summary: 'Raises the learning rate to a high value and lowers it to almost nothing, once.',
  reference:
    'Smith & Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates", 2018',
  options: {
    value: { type: 'number', exclusiveMinimum: 0, description: 'The highest learning rate.' },
    rise: {
      type: 'number',
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.3,
      description: 'Share of the training in which the learning rate goes up.',
    },
    start: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.04,
      description: 'Share of `value` that training starts with.',
    },
    end: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 4e-6,
      description: 'Share of `value` that training ends with.',
    },
  },
  create: ({ value, rise, start, end }) => ({
    learningRate({ step, totalSteps }) {
      const done = step - 1;
      const up = rise * totalSteps - 1;
      return done < up ? value * ease(start, 1, done / up) : value * ease(1, end, (done - up) / (totalSteps - 1 - up));
    },
  }),
});

function ease(from: number, to: number, progress: number): number {
  return from + ((to - from) * (1 - Math.cos(Math.PI * progress))) / 2;
}
