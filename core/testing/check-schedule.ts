import type { Schedule, ScheduleDescriptor } from '../plugin/kinds/schedule.js';
import { createPlugin, type Lab, type Options } from './lab.js';
import { fault, type Trial } from './report.js';
import { watch } from './watch.js';

const lengths = [
  { stepsPerEpoch: 1, totalSteps: 1 },
  { stepsPerEpoch: 10, totalSteps: 100 },
  { stepsPerEpoch: 7, totalSteps: 1000 },
];

/** What is checked of a schedule once it can be created. */
export function* scheduleTrials(lab: Lab, descriptor: ScheduleDescriptor, given: Options): Generator<readonly Trial[]> {
  const make = () => createPlugin<Schedule>(lab, descriptor, given);
  yield [{ name: 'rates', run: () => rates(make) }];
  yield [
    { name: 'purity', run: () => pure(lab, make) },
    { name: 'memory', run: () => memory(make) },
  ];
}

function ratesOf(schedule: Schedule, state: unknown): number[][] {
  return lengths.map(({ stepsPerEpoch, totalSteps }) =>
    Array.from({ length: totalSteps }, (_, index) =>
      schedule.learningRate({ step: index + 1, stepsPerEpoch, totalSteps }, state),
    ),
  );
}

function rates(make: () => Schedule): string {
  const schedule = make();
  for (const [which, values] of ratesOf(schedule, schedule.memory?.initial ?? null).entries()) {
    const at = values.findIndex((rate) => !(Number.isFinite(rate) && rate >= 0));
    const { totalSteps } = lengths[which];
    if (at >= 0)
      fault(`At step ${at + 1} of ${totalSteps} the learning rate is ${values[at]}; it has to be a number from 0.`);
    if (values.every((rate) => rate === 0))
      fault(`In a run of ${totalSteps} steps the learning rate is 0 throughout. Steps count from 1.`);
  }
  return 'Every step of short and long runs has a learning rate.';
}

function pure({ tf }: Lab, make: () => Schedule): string {
  const [one, other] = [make(), make()];
  const state = one.memory?.initial ?? null;
  const { result, seen } = watch(tf, () => ratesOf(one, state));
  if (seen.length > 0) fault(`It ${seen.join(', and ')}. A learning rate follows from the step and the state alone.`);
  for (const again of [ratesOf(one, state), ratesOf(other, state), backwards(one, state)])
    if (String(again) !== String(result))
      fault(
        'Asked again for the same steps, or in another order, it gives other rates. A resumed run asks from the middle: keep what it remembers in its state.',
      );
  return 'The rate follows from the step and the state alone.';
}

function backwards(schedule: Schedule, state: unknown): number[][] {
  return lengths.map(({ stepsPerEpoch, totalSteps }) => {
    const values: number[] = [];
    for (let step = totalSteps; step >= 1; step--)
      values.unshift(schedule.learningRate({ step, stepsPerEpoch, totalSteps }, state));
    return values;
  });
}

const metrics = { accuracy: 0.6, auc: 0.7, eer: 0.3 };

function memory(make: () => Schedule): string {
  const schedule = make();
  const { memory } = schedule;
  if (memory === undefined) return 'It remembers nothing.';
  let state: unknown = memory.initial;
  for (let epoch = 1; epoch <= 40; epoch++) {
    const before = JSON.stringify(state);
    const observation = { epoch, loss: 1 + Math.sin(epoch), validation: { ...metrics, auc: 0.7 - epoch / 1000 } };
    const next = memory.observe(state, observation);
    if (JSON.stringify(state) !== before)
      fault('observe changes the state that it gets. Return a new one: a checkpoint may hold the old one.');
    const restored: unknown = JSON.parse(JSON.stringify(next) ?? 'null');
    if (JSON.stringify(memory.observe(restored, observation)) !== JSON.stringify(memory.observe(next, observation)))
      fault(
        'Its state does not survive JSON, so that a resumed run goes on otherwise. Keep plain numbers, texts, lists and objects; not Infinity, NaN, Map or Date.',
      );
    const [was, is] = [state, restored].map((one) => String(ratesOf(schedule, one)));
    if (was.includes('NaN') || is.includes('NaN')) fault(`After epoch ${epoch} a learning rate is NaN.`);
    state = restored;
  }
  return 'Its state is plain data, never changed in place.';
}
