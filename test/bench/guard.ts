// Cost of the guard against what is not finite, in a step of the classic network: node test/bench/run.js guard
import { stepFeed } from '../../core/graph/examples.js';
import mlp from '../../plugins/bases/mlp.js';
import onnx from '../../plugins/engines/onnx/index.js';
import type { Base, CompiledProgram, Program, Samples } from 'twinspec/plugin';
import { create, graphOf } from '../support/graph.js';
import { noiseOf } from '../../core/random/stream.js';

const [rows, pairs, rounds, stepsPerRound] = [4096, 128, 60, 20];
const samples: Samples = {
  samples: {
    shape: [28, 28, 1],
    data: new Uint8Array(rows * 784).map((_, index) => (index * 31) & 255),
    scale: 1 / 255,
  },
};
const base = create<Base>(mlp, { units: [128, 128, 128], dropout: 0.5 });
const graph = graphOf(() => base.model([28, 28, 1], { samples: [28, 28, 1] }));
const guarded = graph.step({ unit: 'pairs' }, pairs);
const { name, carried, inputs } = guarded;
const unguarded: Program = {
  name,
  carried,
  inputs,
  body(tensors) {
    const { carried, outputs } = guarded.body(tensors);
    return { carried, outputs: Object.fromEntries(Object.entries(outputs).filter(([output]) => output !== 'finite')) };
  },
};

const engine = await create(onnx, { threads: Number(process.argv[3] ?? 2) });
const session = await engine.open(samples);
session.write(graph.initial);
const programs: [CompiledProgram, CompiledProgram] = [await session.compile(unguarded), await session.compile(guarded)];
const batch = {
  unit: 'pairs' as const,
  left: Int32Array.from({ length: pairs }, (_, index) => index),
  right: Int32Array.from({ length: pairs }, (_, index) => 2000 + index),
  same: Float32Array.from({ length: pairs }, (_, index) => index % 2),
};
const feeds = Array.from({ length: stepsPerRound }, (_, index) => ({
  inputs: {
    ...stepFeed(['samples'], [batch], { labels: null, groups: null }),
    learningRate: Float32Array.of(1e-4),
    step: Float32Array.of(index + 1),
    progress: Float32Array.of(0),
  },
  noise: noiseOf(1, index),
}));

const times: [number[], number[]] = [[], []];
const cpuTimes: [number[], number[]] = [[], []];
for (let round = 0; round < rounds; round++) {
  for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
    const before = performance.now();
    const cpu = process.cpuUsage();
    await programs[which].run(feeds);
    times[which].push((performance.now() - before) / stepsPerRound);
    const { user, system } = process.cpuUsage(cpu);
    cpuTimes[which].push((user + system) / 1000 / stepsPerRound);
  }
}
await session.dispose();
const low = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 10)];
for (const [what, measured] of Object.entries({ time: times, 'CPU time': cpuTimes })) {
  const [without, withGuard] = measured.map(low);
  const more = `${(100 * (withGuard / without - 1)).toFixed(1)} %`;
  console.log(
    `${what}: ${without.toFixed(3)} ms a step without, ${withGuard.toFixed(3)} ms with the guard, ${more} more`,
  );
}
