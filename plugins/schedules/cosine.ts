import { defineSchedule } from 'twinspec/plugin';

/**
 * η = value · (floor + (1 − floor)·(1 + cos(π·t/T))/2), t steps into a cycle of T. There are `restarts` + 1 cycles, each
 * `stretch` times as long as the one before; together they take the whole training.
 */
export default defineSchedule({
  name: 'cosine',
  summary: 'Lowers the learning rate along half a cosine, once or with restarts.',
  reference: 'Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017',
  options: {
    value: { type: 'number', exclusiveMinimum: 0, description: 'The learning rate at the start of each cycle.' },
    floor: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Share of `value` that each cycle ends at.',
    },
    restarts: { type: 'integer', minimum: 0, maximum: 1000, default: 0, description: 'How often the rate jumps back.' },
    stretch: {
      type: 'number',
      minimum: 1,
      maximum: 10,
      default: 1,
      description: 'How many times as long each cycle is as the one before.',
    },
  },
  withoutEffect: ({ restarts, stretch }) =>
    restarts === 0 && stretch !== 1 ? { stretch: 'It makes later cycles longer; without restarts there is one.' } : {},
  create({ value, floor, restarts, stretch }) {
    const lengths = Array.from({ length: restarts + 1 }, (_, cycle) => stretch ** (cycle - restarts));
    const whole = lengths.reduce((sum, length) => sum + length, 0);
    return {
      learningRate({ step, totalSteps }) {
        const done = step - 1;
        let [start, end, share] = [0, 0, 0];
        for (const length of lengths) {
          if (done < end) break;
          start = end;
          share += length / whole;
          end = Math.round(share * totalSteps);
        }
        return value * (floor + ((1 - floor) * (1 + Math.cos((Math.PI * (done - start)) / (end - start)))) / 2);
      },
    };
  },
});
