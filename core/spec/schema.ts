import type { JsonSchema } from '../plugin/json-schema.js';
import type { Kind } from '../plugin/kinds.js';

function plugin(kind: Kind, description: string, also: readonly string[] = []): JsonSchema {
  return { plugin: kind, description, also };
}

function section(
  description: string,
  properties: Record<string, JsonSchema>,
  required: readonly string[] = [],
  expected?: string,
): JsonSchema {
  const words = expected === undefined ? {} : { expected };
  return { type: 'object', description, additionalProperties: false, required, properties, ...words };
}

/**
 * The shell of a spec, draft-07: everything but the options of its plugins. A key with `plugin` names a plugin of that
 * kind; it is required unless the kind has a default. Every other key has a default or is required.
 */
export const shellSchema: JsonSchema = section(
  'A Twinspec experiment.',
  {
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
    training: section(
      'How the network is trained.',
      {
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
      },
      ['epochs'],
      'a mapping with at least learningRate and epochs',
    ),
    evaluation: section('How the trained network is judged.', {
      threshold: {
        anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { const: 'fit' }],
        default: 0.5,
        description:
          'Pairs closer than this count as the same class; fit takes the distance that is best on the validation split.',
      },
    }),
  },
  ['version', 'name', 'training'],
);

/** The long form of a plugin in a spec. */
export const useSchema: JsonSchema = section(
  'A plugin and its options.',
  {
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
  ['use'],
);
