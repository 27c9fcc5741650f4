import type { HostTensors } from '../../plugin/tensors.js';
import { TwinspecError } from '../../errors.js';
import { compareCarried } from '../../graph/carried.js';
import { families } from '../../graph/places.js';
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
  const from = { ...families.weights.under(weights), ...families.ema.under(weights), ...families.state.under(state) };
  const { fitting, misfits } = compareCarried(initial, from);
  if (!Object.keys(fitting).some(families.weights.has)) {
    const shown = Object.entries(weights).map(([place, { shape }]) => `${place} [${shape.join(', ')}]`);
    throw new TwinspecError('CALL_INVALID', `No weight of the model in ${folder} fits the network of this spec.`, {
      hint: `Weights fit by place and shape; it has ${shown.join(', ')}.`,
    });
  }
  const own = families.weights.within(Object.fromEntries(misfits.map((misfit) => [misfit.place, misfit])));
  return { tensors: fitting, sha256: weightsSha256({ ...weights, ...state }), own: Object.keys(own) };
}
