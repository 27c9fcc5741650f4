import type * as tfc from '@tensorflow/tfjs';

/** A layer of a base network, as people read it. */
export interface LayerRow {
  /** As `training.freeze` names it, such as `base/0`. */
  readonly place: string;
  readonly type: string;
  /** Shape of the output for one sample. */
  readonly output: readonly number[];
  readonly parameters: number;
}

export function describeLayers(model: tfc.LayersModel): readonly LayerRow[] {
  return model.layers.map((layer, index) => ({
    place: `base/${index}`,
    type: layer.getClassName(),
    output: (layer.outputShape as (number | null)[]).slice(1).map((size) => size ?? 0),
    parameters: layer.countParams(),
  }));
}
