import type { LoadedData } from '../data/load-data.js';
import type { EngineSession } from '../plugin/kinds/engine.js';
import type { HostTensors } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';
import type { VerificationMetrics } from '../metrics/verification.js';
import { families } from '../graph/places.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import type { Spec } from '../spec/shell/spec.js';
import { cadence, type KeepCheckpoint } from './checkpoint.js';
import { followedAt, noteFigure, watchedFigure, type Followed } from './early-stopping.js';
import { endingOf, type Ending } from './ending.js';
import type { Emit, RunSummary } from './events.js';
import { meansOf, noSums, type Progress } from './progress.js';
import type { Steps } from './steps.js';
import { weightHistograms } from './weight-histograms.js';

export interface TrainingRun {
  /** Where the run stands; the trainer moves it on. */
  readonly progress: Progress;
  /** Whether it goes on from a checkpoint. */
  readonly resumed: boolean;
  /** What a checkpoint holds under `best/`, without that; empty where there is nothing. */
  readonly best: HostTensors;
  /** Judges the validation split by the weights that the session carries; null where there is none. */
  readonly judge: () => Promise<VerificationMetrics | null>;
  /** null where nothing is kept. */
  readonly keep: KeepCheckpoint | null;
  /** Stops the run between two steps, with a checkpoint. */
  readonly signal: AbortSignal;
  /** Awaited before each call of the engine. */
  readonly gate: () => Promise<void>;
}

export interface TrainingResult {
  /** Whether the weights are those of the best figure instead of the last step. */
  readonly restored: boolean;
  readonly endedBy: Ending['by'];
  readonly timing: Omit<RunSummary['timing'], 'totalSeconds'>;
}

/** The loop. It prints nothing and writes nothing; it emits events and hands checkpoints out. */
export class Trainer {
  private readonly training: Spec['training'];

  constructor(
    private readonly spec: Spec,
    private readonly dataset: LoadedData,
    private readonly graph: SiameseGraph,
    private readonly session: EngineSession,
    private readonly emit: Emit,
    readonly steps: Steps,
  ) {
    this.training = spec.training;
  }

  /** Finds out, before training starts, what would end it. */
  async prepare(): Promise<void> {
    const { metric, patience } = this.training.earlyStopping;
    if (patience !== null && metric !== 'loss' && this.dataset.validation === null) {
      throw new TwinspecError(
        'SPEC_MISMATCH',
        `training.earlyStopping watches ${metric}, and the dataset holds no validation split out.`,
        {
          hint: `Give dataset ${this.spec.dataset.use} an option that holds samples out, or watch metric: loss.`,
        },
      );
    }
    await this.steps.prepare();
  }

  /** Trains from what the session carries. Rejects with the signal's reason between two steps, or with NON_FINITE. */
  async train(run: TrainingRun): Promise<TrainingResult> {
    const { progress, signal } = run;
    const { everySteps } = this.training.checkpoint;
    const first = progress.step;
    const saving = cadence(everySteps);
    let best = this.restoresBest ? run.best : {};
    let savedStep = run.resumed ? progress.step : -1;

    const save = async () => {
      if (run.keep === null || savedStep === progress.step) return;
      const tensors = { ...(await this.session.read()), ...families.best.under(best) };
      await saving.save(() => run.keep!({ progress, tensors }));
      savedStep = progress.step;
    };

    if (progress.step === 0) {
      progress.schedule = this.steps.scheduleStart;
      await save();
    }
    let ending = this.endingOf(progress);
    while (ending === null) {
      await run.gate();
      if (signal.aborted) {
        await save();
        throw signal.reason;
      }
      await this.steps.runNext(progress);
      const ended = this.steps.endsEpoch(progress);
      const validation = this.isJudged(progress, ended) ? await this.judge(run) : null;
      const followed = this.watch(progress, ended, validation);
      const improved = followed?.best.step === progress.step;
      if (improved && this.restoresBest) best = await this.readJudged();
      if (ended) await this.endEpoch(progress, validation, followed);
      else if (validation !== null)
        this.emit({ type: 'validation', step: progress.step, epoch: progress.epoch, validation, followed });
      if (saving.isDue(progress.step, ended || improved)) await save();
      await new Promise(setImmediate);
      ending = this.endingOf(progress);
    }
    await save();
    const { step, epoch } = progress;
    if (progress.stepOfEpoch > 0) {
      const validation = await this.judge(run);
      await this.endEpoch(progress, validation, this.watch(progress, false, validation));
    }
    const { by, reason } = ending;
    if (by !== 'epochs') this.emit({ type: 'stopped', step, epoch, by, reason });

    const restored = Object.keys(best).length > 0 && progress.best!.step !== progress.step;
    if (restored) {
      this.session.write(best);
      this.emit({ type: 'restored', metric: this.training.earlyStopping.metric, ...progress.best! });
    }
    const secondsPerEpoch = progress.step === 0 ? 0 : (progress.seconds * this.steps.perEpoch) / progress.step;
    const timing = { steps: step - first, msPerStep: this.steps.times.median, secondsPerEpoch };
    return { restored, endedBy: by, timing };
  }

  /** What ends the run where it stands; null where it goes on. */
  endingOf(progress: Progress): Ending | null {
    return endingOf(progress, this.training, this.steps.total);
  }

  private isJudged({ step, epoch }: Progress, ended: boolean): boolean {
    const { everySteps, everyEpochs } = this.training.validate;
    if (everySteps !== null && step % everySteps === 0) return true;
    return ended && (this.steps.needsValidation || (everyEpochs !== null && epoch % everyEpochs === 0));
  }

  private async judge({ progress, judge }: TrainingRun): Promise<VerificationMetrics | null> {
    const metrics = await judge();
    if (metrics !== null) progress.validation = { step: progress.step, metrics };
    return metrics;
  }

  /** Takes note of the figure that early stopping watches, where it was measured here. */
  private watch(progress: Progress, ended: boolean, validation: VerificationMetrics | null): Followed | null {
    const { earlyStopping } = this.training;
    const figure = watchedFigure(earlyStopping, validation, ended ? meansOf(progress.sums).loss : null);
    if (figure !== null) noteFigure(progress, earlyStopping, figure);
    return followedAt(progress, earlyStopping, figure, this.steps.perEpoch);
  }

  private get restoresBest(): boolean {
    const { patience, restoreBest } = this.training.earlyStopping;
    return patience !== null && restoreBest;
  }

  /** What the network is judged by. */
  private readJudged(): Promise<HostTensors> {
    const judged = [families[this.graph.judged], families.state];
    return this.session.read(Object.keys(this.graph.initial).filter((key) => judged.some((family) => family.has(key))));
  }

  private async endEpoch(
    progress: Progress,
    validation: VerificationMetrics | null,
    followed: Followed | null,
  ): Promise<void> {
    const { epoch, step, sums } = progress;
    this.emit({ type: 'histograms', step, histograms: await weightHistograms(this.session, this.graph) });
    const means = meansOf(sums);
    this.emit({ type: 'epoch', epoch, step, ...means, seconds: sums.seconds, validation, followed });
    progress.loss = means.loss;
    this.steps.observe(progress, means.loss, validation);
    Object.assign(progress, { epoch: epoch + 1, stepOfEpoch: 0, sums: noSums() });
  }
}
