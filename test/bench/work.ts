// One piece of work, through the public interface; prints one line as the peers' scripts do:
//   node test/bench/run.js work mlp-step|cnn-step|mlp-embed|cnn-embed|mlp-compile|cnn-compile [runs] [threads]
import { fileURLToPath } from 'node:url';
import { loadSpec, train, type Descriptor, type RunEvent, type SpecInput } from 'twinspec';
import { defineEngine, type Engine } from 'twinspec/plugin';
import onnx from '../../plugins/engines/onnx/index.js';

const [work, runs = '5', threads = null] = process.argv.slice(3);
const [network, task] = work.split('-');
const engine = { use: 'onnx', with: { threads: threads && Number(threads) } };
const specFile = fileURLToPath(new URL(`../../specs/mnist-${network}.yaml`, import.meta.url));

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function say(milliseconds: readonly number[], extra: Record<string, unknown> = {}): void {
  console.log(
    JSON.stringify({ peer: 'twinspec', work, msPerStep: median(milliseconds), runs: milliseconds, ...extra }),
  );
}

async function trainFor(
  maxSteps: number,
  onEvent: (event: RunEvent) => void,
  use: object = engine,
  plugins: Descriptor[] = [],
) {
  const spec = await loadSpec(specFile, { plugins });
  const training = { ...spec.training, epochs: 1000, maxSteps, validate: { everyEpochs: null, everySteps: null } };
  return train({ ...spec, engine: use, training } as SpecInput, { plugins, onEvent });
}

/** Milliseconds a step, of `runs` times so many steps; everything of a step included. The first so many are not counted. */
async function steps(): Promise<void> {
  const stepsPerRun = network === 'mlp' ? 800 : 20;
  const marks: number[] = [];
  const result = await trainFor((Number(runs) + 1) * stepsPerRun, (event) => {
    if (event.type === 'step' && event.step % stepsPerRun === 0) marks.push(performance.now());
  });
  await result.model.dispose();
  say(
    marks.slice(1).map((mark, run) => (mark - marks[run]) / stepsPerRun),
    { stepsPerRun },
  );
}

/** Milliseconds for 1024 test images, bytes to embeddings. */
async function embeddings(): Promise<void> {
  const rows = 1024;
  const calls = network === 'mlp' ? 100 : 20;
  const { model } = await trainFor(1, () => undefined);
  const images = Uint8Array.from({ length: rows * 28 * 28 }, (_, i) => (i * 31) % 256);
  const times: number[] = [];
  for (let run = 0; run <= Number(runs); run++) {
    const started = performance.now();
    for (let call = 0; call < calls; call++) await model.embed(images);
    times.push((performance.now() - started) / calls);
  }
  await model.dispose();
  say(times.slice(1), { rowsPerSecond: Math.round((rows * 1000) / median(times.slice(1))) });
}

/** Milliseconds from a training step in tfjs ops to a session that can run it, the first of this process. */
async function compilation(): Promise<void> {
  const times: number[] = [];
  const timed = defineEngine({
    name: 'bench/timed',
    summary: 'The onnx engine, its compilations timed.',
    priority: 0,
    probe: onnx.probe,
    inject: ['tf'],
    async create(_options, tf): Promise<Engine> {
      const inner = await onnx.create(engine.with, tf);
      return {
        ...inner,
        async open(samples) {
          const session = await inner.open(samples);
          return {
            ...session,
            async compile(program) {
              const started = performance.now();
              const compiled = await session.compile(program);
              times.push(performance.now() - started);
              return compiled;
            },
          };
        },
      };
    },
  });
  const { model } = await trainFor(1, () => undefined, { use: 'bench/timed' }, [timed]);
  await model.dispose();
  say(times.slice(0, 1));
}

const tasks: Readonly<Record<string, () => Promise<void>>> = { step: steps, embed: embeddings, compile: compilation };
await tasks[task]();
