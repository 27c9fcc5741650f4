import { TwinspecError } from '../../errors.js';
import type { Descriptor } from '../../plugin/descriptor.js';
import type { Limits } from '../../spec/read/limits.js';
import type { RunEvent } from '../../training/events.js';

export interface TrainOptions {
  /** Plugins that the spec may name beside the shipped ones. */
  readonly plugins?: readonly Descriptor[];
  /** Called with every event, in order, while training goes on. What it throws ends the run. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Stops the run between two steps, with a checkpoint where there is a folder; the promise then rejects with ABORTED. */
  readonly signal?: AbortSignal;
  /** Awaited before each call of the engine: a promise that is still pending holds the run. */
  readonly gate?: () => Promise<void>;
  /** Writes a run folder: this very one, which must be new or empty, or a new one under a root. Without it nothing is written. */
  readonly folder?: { readonly out: string } | { readonly root: string };
  /** Goes on with the run in this folder, which must have begun with this spec; see `resume`. Not with `folder`. */
  readonly resume?: string;
  /** Goes on although run.lock names another process that may still write there: the caller knows that it does not. */
  readonly takeOver?: boolean;
  /** With `resume`: goes on, with a warning, where the code of a plugin has changed so that the step computes something else. */
  readonly changedCode?: boolean;
  /** Takes first values from the model of another run, by place and shape: the folder of the run, or its `model/`. Not with `resume`. */
  readonly warmStart?: string;
  /** Tries the spec out: a few steps on a few examples, judged, saved and loaded like a whole run, in seconds. */
  readonly smoke?: boolean;
  /** Where the spec may be larger or smaller than usual; the limits that it was loaded with. */
  readonly limits?: Partial<Limits>;
  /** The text that the spec was read from, for the run folder's spec.yaml. */
  readonly source?: string;
}

/** @throws CALL_INVALID for options that do not go together */
export function checkOptions({ folder, resume, warmStart }: TrainOptions): void {
  const { out, root } = (folder ?? {}) as { readonly out?: unknown; readonly root?: unknown };
  if (folder !== undefined && typeof (out ?? root) !== 'string') {
    throw new TwinspecError('CALL_INVALID', `train got ${JSON.stringify(folder)} as folder.`, {
      hint: "Pass { out: 'runs/mine' } for this very folder, or { root: 'runs' } for a new one under it.",
    });
  }
  if (resume === undefined) return;
  for (const [name, other] of Object.entries({ folder, warmStart })) {
    if (other === undefined) continue;
    throw new TwinspecError('CALL_INVALID', `train got both resume and ${name}.`, {
      hint: 'A run that goes on keeps its folder and its weights: leave the other one out.',
    });
  }
}
