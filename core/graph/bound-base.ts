import type * as tfc from '@tensorflow/tfjs';
import { onBackend } from '../plugin/on-backend.js';
import type { HostTensor, HostTensors, Shape, Tensor, Tensors, Tf } from '../plugin/tensors.js';
import type { Noise, RandomStream } from '../plugin/random.js';
import { withSeededMathRandom } from '../random/stream.js';
import { TwinspecError } from '../errors.js';
import { modelCall, samplesAtOnce } from './apply-model.js';
import { withoutFirstValues } from './first-values.js';
import { rebindNoise } from './noise-layers.js';

/** The parts of tfjs's LayerVariable that binding replaces. */
interface LayerVariable {
  readonly originalName: string;
  readonly shape: Shape;
  trainable: boolean;
  readonly constraint: { apply(weight: Tensor): Tensor } | null;
  read(): Tensor;
  write(value: Tensor): LayerVariable;
  dispose(): void;
}
type Layer = tfc.layers.Layer & { readonly layers?: readonly Layer[]; readonly layer?: Layer };

export interface BaseOutput {
  /** [n, d] */
  readonly embedding: Tensor;
  /** The state after the pass, by place; the given tensors where nothing wrote. */
  readonly state: Tensors;
  /** Sum of the layers' own regularization losses, a scalar; null where there are none. */
  readonly penalty: Tensor | null;
}

export interface BasePass {
  /** Values of every weight and state tensor, by place. */
  readonly values: Tensors;
  /** Of each column, [n, ...shape]. */
  readonly samples: Tensors;
  readonly training: boolean;
  readonly noise: Noise;
}

/** A layers model as a pure function of its weights, its state, its samples and its noise. */
export interface BoundBase {
  /** First values, by place: `base/<layer>/<name>`. */
  readonly weights: HostTensors;
  readonly state: HostTensors;
  /** Shape of one sample of each column, in the order of the model's inputs. */
  readonly columns: Readonly<Record<string, Shape>>;
  readonly dimension: number;
  /** How many samples it takes at once, at most, where nothing is trained; a power of two. */
  readonly samplesAtOnce: number;
  apply(pass: BasePass): BaseOutput;
  /** The weight after an update, projected by its layer's constraint if it has one. */
  constrain(place: string, weight: Tensor): Tensor;
}

/** Whether the first values of weights are drawn, or stay zeros where they are large, for all are going to be replaced by so many numbers. */
export type FirstValues = 'drawn' | { readonly replacedBy: number };

/**
 * Builds a layers model with seeded first values and binds it: its variables read and write the values of the current pass
 * instead of tensors of their own, and its stock noise layers take the run's noise. The model's own tensors are freed.
 */
export function bindBase(
  tf: Tf,
  columns: Readonly<Record<string, Shape>>,
  build: () => tfc.LayersModel,
  random: RandomStream,
  first: FirstValues = 'drawn',
): BoundBase {
  return onBackend(tf, 'cpu', () => {
    const built = first === 'drawn' ? build : () => withoutFirstValues(tf, first.replacedBy, build);
    const model = withSeededMathRandom(random, built);
    const variables = new Map<string, LayerVariable>();
    const placed = new Set<LayerVariable>();
    const weights: Record<string, HostTensor> = {};
    const state: Record<string, HostTensor> = {};
    let pass: BasePass | null = null;
    const call = modelCall(tf, model);
    const written = new Map<string, Tensor>();
    const noiseUses = new Map<Layer, number>();

    for (const [layer, layerPlace] of layersOf(model)) {
      rebindNoise(tf, layer, (kind, shape) => {
        const use = noiseUses.get(layer) ?? 0;
        noiseUses.set(layer, use + 1);
        return pass!.noise(`${layerPlace}/noise/${use}`, kind, shape);
      });
      for (const variable of layer.weights as unknown as LayerVariable[]) {
        if (placed.has(variable)) continue;
        const place = freePlace(variables, `${layerPlace}/${variable.originalName.split('/').at(-1)}`);
        placed.add(variable);
        variables.set(place, variable);
        const target = variable.trainable ? weights : state;
        target[place] = { shape: variable.shape, data: variable.read().dataSync<'float32'>() };
        variable.dispose();
        variable.read = () => written.get(place) ?? pass!.values[place];
        variable.write = (value) => {
          written.get(place)?.dispose();
          written.set(place, tf.keep(value.clone()));
          return variable;
        };
      }
    }

    return {
      weights,
      state,
      columns,
      dimension: embeddingDimension(model),
      samplesAtOnce: samplesAtOnce(model),
      constrain: (place, weight) => variables.get(place)?.constraint?.apply(weight) ?? weight,
      apply(current) {
        pass = current;
        try {
          const embedding = call(
            Object.keys(columns).map((column) => current.samples[column]),
            current.training,
          );
          const next: Record<string, Tensor> = {};
          for (const place of Object.keys(state)) next[place] = written.get(place)?.clone() ?? current.values[place];
          const penalties = current.training ? model.calculateLosses() : [];
          return { embedding, state: next, penalty: penalties.length > 0 ? tf.addN(penalties) : null };
        } finally {
          for (const tensor of written.values()) tensor.dispose();
          written.clear();
          noiseUses.clear();
          pass = null;
        }
      },
    };
  });
}

/** Every layer with its place, containers and wrappers opened. */
function* layersOf(model: tfc.LayersModel): Generator<[Layer, string]> {
  const open = function* (layer: Layer, place: string): Generator<[Layer, string]> {
    const inner = layer.layers ?? (layer.layer ? [layer.layer] : []);
    for (const [index, child] of inner.entries()) yield* open(child, `${place}/${index}`);
    yield [layer, place];
  };
  for (const [index, layer] of (model.layers as Layer[]).entries()) yield* open(layer, `base/${index}`);
}

function freePlace(taken: ReadonlyMap<string, unknown>, place: string): string {
  let free = place;
  for (let count = 2; taken.has(free); count++) free = `${place}_${count}`;
  return free;
}

function embeddingDimension(model: tfc.LayersModel): number {
  const shape = model.outputShape as (number | null)[];
  const dimension = shape.at(-1);
  if (shape.length === 2 && typeof dimension === 'number') return dimension;
  throw new TwinspecError('PLUGIN_FAILED', `The base network's output has shape ${JSON.stringify(shape)}.`, {
    hint: 'A base maps each sample to one vector, so its output is [null, dimension]; end it with a flatten or a dense layer.',
  });
}
