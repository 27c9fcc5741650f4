import { inject, injectable } from 'inversify';
import type { LoadedDataset } from '../plugin/dataset.js';
import type { CompiledProgram, EngineSession, Feed } from '../plugin/engine.js';
import type { Epoch, Sampler } from '../plugin/sampler.js';
import type { Schedule } from '../plugin/schedule.js';
import { token } from '../plugin/services.js';
import { TwinspecError } from '../errors.js';
import type { VerificationMetrics } from '../evaluation/verification.js';
import { attribute } from '../graph/attribute.js';
import { batchFeed, countOf, samplesPerExample } from '../graph/examples.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import { stream } from '../random/stream.js';
import type { Spec } from '../spec/spec.js';
import type { RunEvent } from './events.js';
import { warmUp } from './warm-up.js';

type Outputs = Readonly<Record<string, Float32Array>>;
export type Emit = (event: RunEvent) => void;

export interface TrainingResult {
  readonly steps: number;
  /** Mean loss over the last epoch. */
  readonly loss: number;
  readonly timing: { readonly msPerStep: number; readonly secondsPerEpoch: number };
}

/** How long one call of the engine may keep the event loop, milliseconds. */
const longestCall = 20;
const mostStepsPerCall = 16;

/**
 * The loop: batches in the order of (seed, epoch), noise of (seed, step), so that a step can be repeated from its number
 * alone. It prints nothing and writes nothing; it emits events.
 */
@injectable()
export class Trainer {
  private readonly programs = new Map<number, Promise<CompiledProgram>>();
  private readonly schedule: Schedule;
  /** What the schedule remembers, plain JSON data; undefined where it has no memory. */
  private scheduleState: unknown;

  constructor(
    @inject(token('spec')) private readonly spec: Spec,
    @inject(token('dataset')) private readonly dataset: LoadedDataset,
    @inject(token('graph')) private readonly graph: SiameseGraph,
    @inject(token('session')) private readonly session: EngineSession,
    @inject(token('plugin:sampler')) private readonly sampler: Sampler,
    @inject(token('plugin:schedule')) schedule: Schedule,
    @inject(token('emit')) private readonly emit: Emit,
  ) {
    this.schedule = warmUp(schedule, spec.training.warmupSteps);
    this.scheduleState = schedule.memory?.initial;
  }

  /**
   * Checks what the schedule needs, and compiles the step of a full batch, so that an engine that cannot run it says so
   * before training starts.
   */
  async prepare(): Promise<void> {
    if (this.schedule.memory?.needsValidation === true && this.dataset.validation === null) {
      throw new TwinspecError(
        'SPEC_MISMATCH',
        `training.learningRate ${this.spec.training.learningRate.use} follows a metric of the validation split, and the dataset holds none out.`,
        {
          hint: `Give dataset ${this.spec.dataset.use} an option that holds samples out, or follow the training loss.`,
        },
      );
    }
    await this.program(countOf(this.plan(1).batch(0)));
  }

  /** Steps of an epoch. */
  get stepsPerEpoch(): number {
    return this.plan(1).batches;
  }

  /** Trains from the weights that the session carries. Rejects with ABORTED between two steps, or NON_FINITE after one. */
  async train(validate: () => Promise<VerificationMetrics | null>, signal: AbortSignal): Promise<TrainingResult> {
    const { epochs } = this.spec.training;
    const stepTimes: number[] = [];
    const epochTimes: number[] = [];
    let step = 0;
    let loss = NaN;

    for (let epoch = 1; epoch <= epochs; epoch++) {
      const started = performance.now();
      const plan = this.plan(epoch);
      const means = new Means();
      for (let index = 0; index < plan.batches;) {
        signal.throwIfAborted();
        const group = this.nextGroup(plan, index, stepTimes.at(-1) ?? Infinity);
        const callStarted = performance.now();
        const batches = group.map((at) => plan.batch(at));
        const program = await this.program(countOf(batches[0]));
        const feeds = batches.map((batch, at) => this.feed(batch, step + at + 1, plan.batches * epochs));
        const results = await program.run(feeds);
        const milliseconds = (performance.now() - callStarted) / group.length;
        for (const [at, outputs] of results.entries()) {
          step++;
          const count = countOf(batches[at]);
          stepTimes.push(milliseconds);
          const figures = this.figures(outputs, step);
          means.add(figures, count);
          this.emit({
            type: 'step',
            step,
            epoch,
            ...figures,
            learningRate: feeds[at].inputs.learningRate[0],
            samplesPerSecond: (count * samplesPerExample[batches[at].unit] * 1000) / milliseconds,
          });
        }
        index += group.length;
        await new Promise(setImmediate);
      }
      const seconds = (performance.now() - started) / 1000;
      epochTimes.push(seconds);
      loss = means.of('loss')!;
      const accuracy = means.of('accuracy');
      const validation = await validate();
      this.emit({
        type: 'epoch',
        epoch,
        step,
        loss,
        ...(accuracy === undefined ? {} : { accuracy }),
        seconds,
        validation,
      });
      this.observe(epoch, loss, validation);
    }
    const secondsPerEpoch = epochTimes.reduce((sum, seconds) => sum + seconds, 0) / epochs;
    return { steps: step, loss, timing: { msPerStep: median(stepTimes), secondsPerEpoch } };
  }

  private observe(epoch: number, loss: number, validation: VerificationMetrics | null): void {
    const { memory } = this.schedule;
    if (memory === undefined) return;
    const observation = { epoch, loss, validation: validation && { ...validation } };
    this.scheduleState = attribute(`schedule ${this.spec.training.learningRate.use}`, () =>
      memory.observe(this.scheduleState, observation),
    );
  }

  private plan(epoch: number): Epoch {
    return this.sampler.epoch({
      examples: this.dataset.train,
      labels: this.dataset.labels,
      batchSize: this.spec.training.batchSize,
      random: stream(this.spec.seed, 'order', epoch),
    });
  }

  /** Indices of the next batches of one size that fit a call. */
  private nextGroup(plan: Epoch, from: number, lastStepTime: number): number[] {
    const steps = Math.min(mostStepsPerCall, Math.max(1, Math.floor(longestCall / lastStepTime)));
    const lastFull = plan.batches - 1;
    const end = from >= lastFull ? from + 1 : Math.min(lastFull, from + steps);
    return Array.from({ length: end - from }, (_, at) => from + at);
  }

  private program(count: number): Promise<CompiledProgram> {
    const known = this.programs.get(count);
    if (known !== undefined) return known;
    const compiled = this.session.compile(this.graph.step(this.dataset.train.unit, count));
    this.programs.set(count, compiled);
    return compiled;
  }

  private feed(batch: LoadedDataset['train'], step: number, totalSteps: number): Feed {
    const { seed, training } = this.spec;
    const stepsPerEpoch = totalSteps / training.epochs;
    const learningRate = this.schedule.learningRate({ step, stepsPerEpoch, totalSteps }, this.scheduleState);
    return {
      inputs: {
        ...batchFeed(batch, this.dataset.labels),
        learningRate: Float32Array.of(learningRate),
        step: Float32Array.of(step),
        progress: Float32Array.of((step - 1) / totalSteps),
      },
      noise: (name, kind, size) => {
        const random = stream(seed, `noise/${name}`, step);
        return kind === 'bytes' ? random.bytes(size) : random.normals(size);
      },
    };
  }

  private figures(outputs: Outputs, step: number): { loss: number; terms?: Record<string, number>; accuracy?: number } {
    const loss = outputs.loss[0];
    if (!Number.isFinite(loss)) {
      throw new TwinspecError('NON_FINITE', `The loss of step ${step} is ${loss}.`, {
        hint: 'Lower training.learningRate, or set embedding.normalize: true.',
      });
    }
    const terms = Object.entries(outputs)
      .filter(([name]) => name.startsWith('term/'))
      .map(([name, [value]]) => [name.slice('term/'.length), value]);
    return {
      loss,
      ...(terms.length === 0 ? {} : { terms: Object.fromEntries(terms) as Record<string, number> }),
      ...(outputs.accuracy === undefined ? {} : { accuracy: outputs.accuracy[0] }),
    };
  }
}

/** Means over an epoch, each batch weighted by its size. */
class Means {
  private count = 0;
  private readonly sums = new Map<string, number>();

  add(figures: { loss: number; accuracy?: number }, count: number): void {
    this.count += count;
    for (const name of ['loss', 'accuracy'] as const) {
      const value = figures[name];
      if (value !== undefined) this.sums.set(name, (this.sums.get(name) ?? 0) + value * count);
    }
  }

  of(name: 'loss' | 'accuracy'): number | undefined {
    const sum = this.sums.get(name);
    return sum === undefined ? undefined : sum / this.count;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
