import type { HostTensor, HostTensors } from '../../plugin/tensors.js';
import { TwinspecError } from '../../errors.js';
import type { SiameseGraph } from '../../graph/siamese-graph.js';
import { weightsSha256 } from '../../run/fingerprints.js';
import { readModel } from '../../model/model-folder.js';

/** First values that come from the model of another run. */
export interface WarmStart {
  /** What the session is to carry. */
  readonly tensors: HostTensors;
  /** `weightsSha256` of the model. */
  readonly sha256: string;
  /** Weights that keep the first values of their own, as the model has none of that place and shape. */
  readonly own: readonly string[];
}

/**
 * Reads the model of another run, from the folder of the run or its `model/`, and takes every tensor of it that has the
 * place and shape of one of the graph.
 *
 * @throws RUN_FOLDER, MODEL_INVALID; CALL_INVALID where no weight fits
 */
export async function readWarmStart(folder: string, { initial }: SiameseGraph): Promise<WarmStart> {
  const { weights, state } = await readModel(folder);
  const families: readonly (readonly [string, HostTensors])[] = [
    ['weights', weights],
    ['ema', weights],
    ['state', state],
  ];
  const tensors: Record<string, HostTensor> = {};
  const own: string[] = [];
  for (const [place, { shape }] of Object.entries(initial)) {
    for (const [family, source] of families) {
      if (!place.startsWith(`${family}/`)) continue;
      const tensor = source[place.slice(family.length + 1)];
      if (String(tensor?.shape) === String(shape)) tensors[place] = tensor;
      else if (family === 'weights') own.push(place.slice(family.length + 1));
    }
  }
  if (!Object.keys(tensors).some((place) => place.startsWith('weights/'))) {
    const shown = Object.entries(weights).map(([place, { shape }]) => `${place} [${shape.join(', ')}]`);
    throw new TwinspecError('CALL_INVALID', `No weight of the model in ${folder} fits the network of this spec.`, {
      hint: `Weights fit by place and shape; it has ${shown.join(', ')}.`,
    });
  }
  return { tensors, sha256: weightsSha256({ ...weights, ...state }), own };
}
