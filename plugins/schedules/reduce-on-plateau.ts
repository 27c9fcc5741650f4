import {
  defineSchedule,
  followedMetrics,
  metricDirections,
  TwinspecError,
  type FollowedMetric,
  type Observation,
  type Schedule,
} from 'twinspec/plugin';

/** `best` is null until the first epoch has been seen; `waited` and `cooling` count epochs. */
interface PlateauState {
  readonly best: number | null;
  readonly waited: number;
  readonly cooling: number;
  readonly reductions: number;
}

/**
 * η = value · max(floor, factor^k), k the reductions so far: one whenever the metric has not improved by `minimumChange`
 * for `patience` epochs. Keras's semantics.
 */
export default defineSchedule({
  name: 'reduce-on-plateau',
  summary: 'Lowers the learning rate when a metric has stopped improving.',
  options: {
    value: { type: 'number', exclusiveMinimum: 0, description: 'The learning rate at first.' },
    metric: {
      type: 'string',
      enum: followedMetrics,
      default: 'loss',
      description: 'What should improve: the mean training loss of an epoch, or a metric of the validation split.',
    },
    factor: {
      type: 'number',
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'What each reduction multiplies the learning rate by.',
    },
    patience: {
      type: 'integer',
      minimum: 1,
      default: 10,
      description: 'Epochs without improvement before a reduction.',
    },
    minimumChange: {
      type: 'number',
      minimum: 0,
      default: 1e-4,
      description: 'How much better than the best so far counts as an improvement.',
    },
    cooldown: {
      type: 'integer',
      minimum: 0,
      default: 0,
      description: 'Epochs after a reduction before waiting begins again.',
    },
    floor: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Share of `value` that the learning rate never goes below.',
    },
  },
  waits: ['patience'],
  follows: 'metric',
  create: ({ value, metric, factor, patience, minimumChange, cooldown, floor }): Schedule<PlateauState> => ({
    learningRate: (_, { reductions }) => value * Math.max(floor, factor ** reductions),
    memory: {
      initial: { best: null, waited: 0, cooling: 0, reductions: 0 },
      needsValidation: metric !== 'loss',
      observe(state, observation) {
        const figure = figureOf(metric, observation);
        const cooling = Math.max(0, state.cooling - 1);
        const gain =
          state.best === null ? Infinity : (figure - state.best) * (metricDirections[metric] === 'higher' ? 1 : -1);
        if (gain > minimumChange) return { ...state, best: figure, waited: 0, cooling };
        if (cooling > 0) return { ...state, waited: 0, cooling };
        const waited = (state.cooling > 0 ? 0 : state.waited) + 1;
        if (waited < patience) return { ...state, waited, cooling };
        return { ...state, waited: 0, cooling: cooldown, reductions: state.reductions + 1 };
      },
    },
  }),
});

function figureOf(metric: FollowedMetric, { loss, validation }: Observation): number {
  if (metric === 'loss') return loss;
  const figure = validation?.[metric];
  if (figure !== undefined) return figure;
  throw new TwinspecError('SPEC_MISMATCH', `there is no ${metric} of a validation split to follow.`, {
    hint: 'Hold samples out for validation, or follow the metric loss.',
  });
}
