import { followedMetrics } from '../../metrics/metrics.js';
import type { Kind } from '../../plugin/kinds/index.js';
import type { JsonSchema } from '../../schema/json-schema.js';
import type { PluginForm, Schema } from '../../schema/schema.js';

function plugin<const K extends Kind>(
  kind: K,
  description: string,
  also: readonly string[] = [],
): PluginForm<K> & Words {
  return { type: 'plugin', kind, description, also };
}

interface Words {
  readonly description: string;
  readonly also: readonly string[];
}

function section<const P extends Readonly<Record<string, Schema>>>(description: string, properties: P) {
  return { type: 'object', description, properties } as const satisfies Schema;
}

/**
 * The shell of a spec: everything but the options of its plugins. A key that names a plugin is required unless the registry
 * has a default for its kind. Every other key has a default or is required.
 */
export const shellSchema = section('A Twinspec experiment.', {
  version: { const: 1, description: 'Format of the spec.' },
  name: {
    type: 'string',
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
    maxLength: 64,
    expected: 'lower-case words joined by hyphens, at most 64 characters, such as mnist-mlp',
    description: 'Names the experiment and its run folder.',
  },
  seed: {
    also: ['random_seed', 'random_state'],
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'Weights, data order and noise follow from it: the same seed gives the same run.',
  },
  dataset: plugin('dataset', 'Where samples come from, and what is held out for validation and test.', [
    'data',
    'input',
  ]),
  base: plugin('base', 'The network that both sides of a pair go through.', [
    'model',
    'network',
    'net',
    'backbone',
    'encoder',
    'architecture',
  ]),
  embedding: section('What happens to the output of the base network.', {
    normalize: { type: 'boolean', default: false, description: 'Scales every embedding to length 1.' },
  }),
  distance: plugin('distance', 'How far two embeddings are apart.', ['metric', 'similarity']),
  loss: plugin('loss', 'What training makes small.', ['criterion', 'objective', 'loss_function']),
  reducer: plugin('reducer', 'How the values of a loss become one number.'),
  engine: plugin('engine', 'What runs the steps; auto takes the best that loads.', ['backend', 'device']),
  training: {
    expected: 'a mapping with at least learningRate and epochs',
    ...section('How the network is trained.', {
      optimizer: plugin('optimizer', 'How weights move along their gradients.', ['optimiser', 'solver']),
      learningRate: plugin('schedule', 'A number, or a schedule that gives one for each step.', [
        'lr',
        'rate',
        'learning_rate',
        'schedule',
        'scheduler',
      ]),
      warmupSteps: {
        type: 'integer',
        minimum: 0,
        default: 0,
        description: 'Steps over which the learning rate rises linearly to where its schedule starts.',
      },
      lossLearningRate: {
        type: 'number',
        minimum: 0,
        default: 1,
        description: "Factor of the learning rate for the loss's own weights, such as proxies.",
      },
      sampler: plugin('sampler', 'How examples are drawn into batches.'),
      batchSize: {
        also: ['batch', 'batch_size', 'bs'],
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000,
        default: 128,
        description: 'Examples a step: pairs, triplets or rows, as the sampler yields them.',
      },
      epochs: {
        also: ['epoch', 'iterations', 'n_epochs'],
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000,
        description: 'How often training goes through all examples.',
      },
      maxSteps: {
        also: ['max_steps', 'steps'],
        type: 'integer',
        nullable: true,
        minimum: 1,
        default: null,
        description: 'Training ends after this many steps, whatever the epochs say; null for no such limit.',
      },
      maxTime: {
        also: ['max_time', 'time'],
        type: 'number',
        nullable: true,
        exclusiveMinimum: 0,
        default: null,
        description: 'Training ends after this many seconds of steps; null for no such limit.',
      },
      accumulate: {
        also: ['gradient_accumulation_steps', 'accumulate_grad_batches', 'accumulation'],
        type: 'integer',
        minimum: 1,
        maximum: 64,
        default: 1,
        description:
          'Batches whose gradients make one step: as if the batch were so many times larger, in the memory of one.',
      },
      clip: section('Limits of the gradients, before the optimizer sees them.', {
        value: {
          also: ['clipvalue', 'clip_value'],
          type: 'number',
          nullable: true,
          exclusiveMinimum: 0,
          default: null,
          description: 'Each number of a gradient is cut to this size; null for no such limit.',
        },
        norm: {
          also: ['global_clipnorm', 'clip_norm', 'max_norm', 'grad_clip'],
          type: 'number',
          nullable: true,
          exclusiveMinimum: 0,
          default: null,
          description: 'All gradients together are scaled down to this norm where theirs is larger; null for no limit.',
        },
      }),
      freeze: {
        also: ['frozen'],
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Places that keep their first values, such as base/1 for all of a layer, or base/1/bias.',
      },
      ema: section('A running mean of the weights, by which the network is judged and saved.', {
        decay: {
          also: ['beta', 'momentum'],
          type: 'number',
          nullable: true,
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          default: null,
          description: 'Share of the old mean that each step keeps, such as 0.999; null to use the weights themselves.',
        },
      }),
      validate: section('When the network is judged on the validation split.', {
        everyEpochs: {
          type: 'integer',
          nullable: true,
          minimum: 1,
          default: 1,
          description: 'At the end of every so many epochs; null for never.',
        },
        everySteps: {
          type: 'integer',
          nullable: true,
          minimum: 1,
          default: null,
          description: 'After every so many steps as well; null for never.',
        },
      }),
      earlyStopping: section('Ends training when it no longer helps.', {
        metric: {
          also: ['monitor'],
          type: 'string',
          enum: followedMetrics,
          default: 'accuracy',
          description: 'A figure of the validation split, or loss: the mean training loss of an epoch.',
        },
        patience: {
          type: 'integer',
          nullable: true,
          minimum: 1,
          default: null,
          description: 'Judgements in a row without a better figure after which training ends; null for never.',
        },
        minDelta: {
          also: ['min_delta'],
          type: 'number',
          minimum: 0,
          default: 0,
          description: 'A figure is better only by more than this.',
        },
        restoreBest: {
          also: ['restore_best_weights'],
          type: 'boolean',
          default: true,
          description: 'The weights of the best figure are judged and saved at the end, where there is a patience.',
        },
      }),
      checkpoint: section('What a run folder keeps to go on from.', {
        everySteps: {
          type: 'integer',
          nullable: true,
          minimum: 1,
          default: null,
          description:
            'Saves after every so many steps; null: after epochs, as often as it takes at most 1 % of the time.',
        },
        keep: {
          type: 'integer',
          minimum: 1,
          maximum: 1000,
          default: 2,
          description: 'How many of the latest checkpoints stay, beside the one with the best figure.',
        },
      }),
      skipNonFinite: {
        type: 'integer',
        minimum: 0,
        default: 0,
        description:
          'How many steps whose loss, gradient or update is not finite are left out before the run ends with an error.',
      },
    }),
  },
  evaluation: section('How the trained network is judged.', {
    threshold: {
      anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { const: 'fit' }],
      default: 0.5,
      description:
        'Pairs closer than this count as the same class; fit takes the distance that is best on the validation split.',
    },
  }),
});

/** The long form of a plugin in a spec. */
export const useSchema = {
  type: 'object',
  description: 'A plugin and its options.',
  additionalProperties: false,
  required: ['use'],
  properties: {
    use: {
      also: ['name', 'type', 'kind', 'plugin', 'class', 'id'],
      type: 'string',
      expected: 'the name of a plugin',
      description: 'Its options go under with.',
    },
    with: {
      also: ['options', 'params', 'parameters', 'args', 'config', 'kwargs', 'settings'],
      type: 'object',
      description: 'Options of the plugin.',
    },
  },
} as const satisfies JsonSchema;
