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
import type { Emit } from './events.js';
import { addToSums, type Progress } from './progress.js';
import { recentTimes } from './recent-times.js';
import { groupSize } from './step-groups.js';
import { warmUp } from './warm-up.js';

type Outputs = Readonly<Record<string, Float32Array>>;
type Batch = LoadedDataset['train'];

/** The steps of a run: batches in the order of (seed, epoch), noise of (seed, step), so that a step can be repeated from its number alone. */
@injectable()
export class Steps {
  /** Milliseconds. */
  readonly times = recentTimes();
  private readonly schedule: Schedule;
  private readonly programs = new Map<number, Promise<CompiledProgram>>();
  private plan: { readonly epoch: number; readonly batches: Epoch } | null = null;
  private batchesPerEpoch: number | null = null;

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
  }

  /**
   * Checks what the schedule needs, and compiles the step of a full batch, so that an engine that cannot run it says so
   * before training starts.
   */
  async prepare(): Promise<void> {
    if (this.needsValidation && this.dataset.validation === null) {
      throw new TwinspecError(
        'SPEC_MISMATCH',
        `training.learningRate ${this.spec.training.learningRate.use} follows a metric of the validation split, and the dataset holds none out.`,
        {
          hint: `Give dataset ${this.spec.dataset.use} an option that holds samples out, or follow the training loss.`,
        },
      );
    }
    await this.program(countOf(this.epoch(1).batch(0)));
  }

  get perEpoch(): number {
    this.batchesPerEpoch ??= this.epoch(1).batches;
    return this.batchesPerEpoch;
  }

  get total(): number {
    const { epochs, maxSteps } = this.spec.training;
    return Math.min(epochs * this.perEpoch, maxSteps ?? Infinity);
  }

  /** Whether the schedule follows a metric of the validation split. */
  get needsValidation(): boolean {
    return this.schedule.memory?.needsValidation === true;
  }

  /** What the schedule remembers before the first step. */
  get scheduleStart(): unknown {
    return this.schedule.memory?.initial ?? null;
  }

  /** Whether every batch of the epoch is done. */
  endsEpoch({ epoch, batch }: Progress): boolean {
    return batch === this.epoch(epoch).batches;
  }

  /** Runs the next steps, as many as one call of the engine should take. */
  async runNext(progress: Progress): Promise<void> {
    const started = performance.now();
    const batches = this.nextBatches(progress);
    const counts = batches.map(countOf);
    const program = await this.program(counts[0]);
    const feeds = batches.map((batch, index) => this.feed(batch, progress.step + index + 1, progress.schedule));
    const called = performance.now();
    const results = await program.run(feeds);
    const milliseconds = (performance.now() - called) / results.length;
    for (const [index, outputs] of results.entries()) {
      this.times.add(milliseconds);
      progress.step++;
      progress.batch++;
      const figures = figuresOf(outputs, progress.step);
      addToSums(progress.sums, figures, counts[index]);
      this.emit({
        type: 'step',
        step: progress.step,
        epoch: progress.epoch,
        ...figures,
        learningRate: feeds[index].inputs.learningRate[0],
        samplesPerSecond: (counts[index] * samplesPerExample[batches[index].unit] * 1000) / milliseconds,
      });
    }
    const seconds = (performance.now() - started) / 1000;
    progress.seconds += seconds;
    progress.sums.seconds += seconds;
  }

  /** Tells the schedule what came of an epoch. */
  observe(progress: Progress, loss: number, validation: VerificationMetrics | null): void {
    const { memory } = this.schedule;
    if (memory === undefined) return;
    const observation = { epoch: progress.epoch, loss, validation: validation && { ...validation } };
    progress.schedule = attribute(`schedule ${this.spec.training.learningRate.use}`, () =>
      memory.observe(progress.schedule, observation),
    );
  }

  private nextBatches({ epoch, batch, step }: Progress): Batch[] {
    const plan = this.epoch(epoch);
    const { validate, checkpoint } = this.spec.training;
    const size = groupSize({
      batches: plan.batches,
      from: batch,
      step,
      every: [validate.everySteps, checkpoint.everySteps],
      totalSteps: this.total,
      stepTime: this.times.latest,
    });
    return Array.from({ length: size }, (_, index) => plan.batch(batch + index));
  }

  private epoch(epoch: number): Epoch {
    if (this.plan?.epoch === epoch) return this.plan.batches;
    const batches = this.sampler.epoch({
      examples: this.dataset.train,
      labels: this.dataset.labels,
      batchSize: this.spec.training.batchSize,
      random: stream(this.spec.seed, 'order', epoch),
    });
    this.plan = { epoch, batches };
    return batches;
  }

  private program(count: number): Promise<CompiledProgram> {
    const known = this.programs.get(count);
    if (known !== undefined) return known;
    const compiled = this.session.compile(this.graph.step(this.dataset.train.unit, count));
    this.programs.set(count, compiled);
    return compiled;
  }

  private feed(batch: Batch, step: number, scheduleState: unknown): Feed {
    const { seed } = this.spec;
    const [totalSteps, stepsPerEpoch] = [this.total, this.perEpoch];
    const learningRate = this.schedule.learningRate({ step, stepsPerEpoch, totalSteps }, scheduleState);
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
}

function figuresOf(
  outputs: Outputs,
  step: number,
): { loss: number; terms?: Record<string, number>; accuracy?: number } {
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
