import type { LoadedData } from '../data/load-data.js';
import type { Examples } from '../plugin/kinds/dataset.js';
import type { CompiledProgram, EngineSession, Feed } from '../plugin/kinds/engine.js';
import type { Epoch, Sampler } from '../plugin/kinds/sampler.js';
import type { Schedule } from '../plugin/kinds/schedule.js';
import { TwinspecError } from '../errors.js';
import type { VerificationMetrics } from '../metrics/verification.js';
import { countOf, samplesPerExample } from '../plugin/examples.js';
import { formOf, stepFeed } from '../graph/examples.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import { noiseOf } from '../random/stream.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Emit } from './events.js';
import { describeNonFinite } from './non-finite.js';
import { addToSums, newProgress, type Progress } from './progress.js';
import { recentTimes } from './recent-times.js';
import { sampledEpoch } from '../data/sampled-epoch.js';
import { groupSize } from './step-groups.js';
import { warmUp } from './warm-up.js';

type Outputs = Readonly<Record<string, Float32Array>>;
type Batch = Examples;

/** The steps of a run: batches in the order of (seed, epoch), noise of (seed, step), so that a step can be repeated from its number alone. */
export class Steps {
  /** Milliseconds. */
  readonly times = recentTimes();
  private readonly schedule: Schedule;
  private readonly programs = new Map<string, Promise<CompiledProgram>>();
  private plan: { readonly epoch: number; readonly batches: Epoch } | null = null;
  private stepsPerEpoch: number | null = null;

  constructor(
    private readonly spec: Spec,
    private readonly dataset: LoadedData,
    private readonly graph: SiameseGraph,
    private readonly session: EngineSession,
    private readonly sampler: Sampler,
    schedule: Schedule,
    private readonly emit: Emit,
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
    const [batches] = this.nextSteps(newProgress());
    await this.program(batches);
  }

  /** What tells the step from that of other code; see CompiledProgram.traced. */
  async traced(): Promise<string | undefined> {
    const [batches] = this.nextSteps(newProgress());
    return (await this.program(batches)).traced?.();
  }

  get perEpoch(): number {
    this.stepsPerEpoch ??= this.stepsOf(this.epoch(1));
    return this.stepsPerEpoch;
  }

  get total(): number {
    return this.totalOf(this.spec.training);
  }

  private totalOf({ epochs, maxSteps }: Spec['training']): number {
    return Math.min(epochs * this.perEpoch, maxSteps ?? Infinity);
  }

  /** A warning where the learning rate jumps because the run has become longer than it was; null where it goes on. */
  rateJump({ step, schedule }: Progress, before: Spec['training']): string | null {
    const totals = [this.totalOf(before), this.total];
    if (step === 0 || totals[0] === totals[1]) return null;
    const [was, is] = totals.map((total) => this.learningRate(step, total, schedule));
    if (was === is) return null;
    const [done, old, now] = [step, ...totals].map((count) => count.toLocaleString('en'));
    return `The learning rate jumps: schedule ${this.spec.training.learningRate.use} follows the length of the run, which was ${old} steps and is ${now}. At step ${done} it was ${figure(was)}, and by the new length it is ${figure(is)}.`;
  }

  /** Whether the schedule follows a metric of the validation split. */
  get needsValidation(): boolean {
    return this.schedule.memory?.needsValidation === true;
  }

  /** What the schedule remembers before the first step. */
  get scheduleStart(): unknown {
    return this.schedule.memory?.initial ?? null;
  }

  /** Whether every step of the epoch is done. */
  endsEpoch({ epoch, stepOfEpoch }: Progress): boolean {
    return stepOfEpoch === this.stepsOf(this.epoch(epoch));
  }

  /** Runs the next steps, as many as one call of the engine should take. */
  async runNext(progress: Progress): Promise<void> {
    const started = performance.now();
    const steps = this.nextSteps(progress);
    const program = await this.program(steps[0]);
    const feeds = steps.map((batches, index) => this.feed(batches, progress.step + index + 1, progress.schedule));
    const called = performance.now();
    const results = await program.run(feeds);
    const milliseconds = (performance.now() - called) / results.length;
    for (const [index, outputs] of results.entries()) {
      this.times.add(milliseconds);
      progress.step++;
      progress.stepOfEpoch++;
      if (outputs.finite[0] === 1) this.tell(progress, steps[index], feeds[index], outputs, milliseconds);
      else await this.skip(progress, steps[index], feeds[index]);
    }
    const seconds = (performance.now() - started) / 1000;
    progress.seconds += seconds;
    progress.sums.seconds += seconds;
  }

  private tell(
    progress: Progress,
    batches: readonly Batch[],
    feed: Feed,
    outputs: Outputs,
    milliseconds: number,
  ): void {
    const figures = figuresOf(outputs);
    const count = batches.reduce((sum, batch) => sum + countOf(batch), 0);
    const empty = outputs.usable?.[0] === 0;
    if (!empty) addToSums(progress.sums, figures, count);
    this.emit({
      type: 'step',
      step: progress.step,
      epoch: progress.epoch,
      ...figures,
      ...(empty && { empty: true as const }),
      learningRate: feed.inputs.learningRate[0],
      samplesPerSecond: (count * samplesPerExample(batches[0].unit) * 1000) / milliseconds,
    });
  }

  /** Leaves a step out whose numbers are not finite: the session carries on what was before. */
  private async skip(progress: Progress, batches: readonly Batch[], feed: Feed): Promise<void> {
    const { skipNonFinite } = this.spec.training;
    const { step, epoch } = progress;
    const program = await this.session.compile(this.graph.diagnosis(formOf(batches), ...batches.map(countOf)));
    const [outputs] = await program.run([feed]);
    const reason = describeNonFinite(outputs, batches, this.graph.dimension);
    progress.skipped++;
    if (progress.skipped > skipNonFinite) {
      throw new TwinspecError('NON_FINITE', `In step ${step} ${reason}`, {
        hint: 'Lower training.learningRate, set training.clip.norm or embedding.normalize: true, or look at these samples.',
      });
    }
    this.emit({ type: 'skipped', step, epoch, reason });
  }

  /** Tells the schedule what came of an epoch. */
  observe(progress: Progress, loss: number, validation: VerificationMetrics | null): void {
    const { memory } = this.schedule;
    if (memory === undefined) return;
    const observation = { epoch: progress.epoch, loss, validation: validation && { ...validation } };
    progress.schedule = memory.observe(progress.schedule, observation);
  }

  /** The batches of each of the next steps. */
  private nextSteps({ epoch, stepOfEpoch, step }: Progress): Batch[][] {
    const { validate, checkpoint, accumulate } = this.spec.training;
    const plan = this.epoch(epoch);
    const size = groupSize({
      steps: this.stepsOf(plan),
      from: stepOfEpoch,
      step,
      every: [validate.everySteps, checkpoint.everySteps],
      totalSteps: this.total,
      stepTime: this.times.latest,
    });
    return Array.from({ length: size }, (_, index) => {
      const first = (stepOfEpoch + index) * accumulate;
      const count = Math.min(accumulate, plan.batches - first);
      return Array.from({ length: count }, (_, at) => plan.batch(first + at));
    });
  }

  private stepsOf({ batches }: Epoch): number {
    return Math.ceil(batches / this.spec.training.accumulate);
  }

  private epoch(epoch: number): Epoch {
    if (this.plan?.epoch === epoch) return this.plan.batches;
    const batches = sampledEpoch(this.spec, this.dataset, this.sampler, epoch);
    this.plan = { epoch, batches };
    return batches;
  }

  private program(batches: readonly Batch[]): Promise<CompiledProgram> {
    const counts = batches.map(countOf);
    const form = formOf(batches);
    const key = JSON.stringify([form, counts]);
    const known = this.programs.get(key);
    if (known !== undefined) return known;
    const compiled = this.session.compile(this.graph.step(form, ...counts));
    this.programs.set(key, compiled);
    return compiled;
  }

  private feed(batches: readonly Batch[], step: number, scheduleState: unknown): Feed {
    const totalSteps = this.total;
    return {
      inputs: {
        ...stepFeed(Object.keys(this.dataset.samples), batches, this.dataset),
        learningRate: Float32Array.of(this.learningRate(step, totalSteps, scheduleState)),
        step: Float32Array.of(step),
        progress: Float32Array.of((step - 1) / totalSteps),
      },
      noise: noiseOf(this.spec.seed, step),
    };
  }

  private learningRate(step: number, totalSteps: number, state: unknown): number {
    return this.schedule.learningRate({ step, stepsPerEpoch: this.perEpoch, totalSteps }, state);
  }
}

function figure(rate: number): string {
  return String(Number(rate.toPrecision(3)));
}

function figuresOf(outputs: Outputs): { loss: number; terms?: Record<string, number>; accuracy?: number } {
  const terms = Object.entries(outputs)
    .filter(([name]) => name.startsWith('term/'))
    .map(([name, [value]]) => [name.slice('term/'.length), value]);
  return {
    loss: outputs.loss[0],
    ...(terms.length === 0 ? {} : { terms: Object.fromEntries(terms) as Record<string, number> }),
    ...(outputs.accuracy === undefined ? {} : { accuracy: outputs.accuracy[0] }),
  };
}
