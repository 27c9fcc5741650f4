import { aucOf } from './auc.js';
import { classes, ordinaryBatch, type Batch } from './batches.js';
import type { LossLab } from './loss-lab.js';
import {
  differentiate,
  evaluate,
  ones,
  programResults,
  uneven,
  type Coefficients,
  type Experiment,
} from './experiment.js';
import { float, int, normals, relativeError, show, type Numbers } from './numbers.js';
import { fault, type Trial } from './report.js';

/** What a loss says about its samples: classes are names, no sample is its own neighbor, and following it separates the classes. */
export function relationTrials(loss: LossLab): readonly Trial[] {
  const ofBatch: readonly Trial[] = [
    { name: 'class numbers', run: () => classNumbers(loss) },
    { name: 'diagonal', run: () => diagonal(loss) },
  ];
  return [
    ...(loss.consumes === 'batch' ? ofBatch : []),
    { name: 'flow', run: () => flow(loss) },
    { name: 'improves', run: () => improves(loss) },
  ];
}

/** Where class c goes: 0, 1 and 2, which ordinary batches hold, get far apart and out of order. */
const renumbered = Array.from({ length: classes }, (_, number) => (number * 37 + 11) % classes);

function classNumbers(loss: LossLab): string {
  const batch = ordinaryBatch('batch', 9);
  const label = int(Array.from(batch.facts.label.data, (number) => renumbered[number]));
  const plain = loss.on(batch);
  const other = loss.on({ ...batch, facts: { label } });
  const own = Object.entries(plain.inputs).filter(([name]) => /^(weight|state)\//.test(name));
  const moved = own.map(([name, numbers]) => [name, byClass(numbers)] as const);
  const inputs = { ...other.inputs, ...Object.fromEntries(moved) };
  const [before, after] = [plain, { ...other, inputs }].map((experiment) =>
    differentiate(loss.lab.tf, experiment, ones),
  );
  const sorted = (numbers: Numbers) => Array.from(numbers.data).sort((a, b) => a - b);
  const changed =
    Object.keys(before.values).some(
      (name) => relativeError(sorted(after.values[name]), sorted(before.values[name])) > 1e-3,
    ) || relativeError(after.gradients.embedding, before.gradients.embedding) > 1e-3;
  if (changed)
    fault(
      'With the same classes under other numbers its values or gradients are others. Labels are names: compare them for equality, and use them as indices of your own weights only.',
    );
  return 'It does not matter which number a class has.';
}

/** Own weights and state with an axis of classes, each row under the new number of its class. */
function byClass({ shape, data }: Numbers): Numbers {
  const axis = shape.indexOf(classes);
  if (axis < 0) return { shape, data };
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const moved = data.slice();
  for (let index = 0; index < data.length; index++) {
    const number = Math.floor(index / inner) % classes;
    moved[index + (renumbered[number] - number) * inner] = data[index];
  }
  return { shape, data: moved };
}

function diagonal(loss: LossLab): string {
  const batch = ordinaryBatch('batch', 7);
  const [rows] = batch.embedding.shape;
  const matrix = (own: (row: number) => number) => {
    const values = normals([rows, rows], 21).data.map(Math.abs);
    for (let row = 0; row < rows; row++) values[row * rows + row] = own(row);
    return float([rows, rows], values);
  };
  const results = [() => 0, (row: number) => 3 + row, (row: number) => 0.01 * row].map((own) =>
    programResults(differentiate(loss.lab.tf, loss.on(batch, { distance: matrix(own) }), uneven)),
  );
  for (const other of results.slice(1)) {
    const changed = Object.keys(other).find((name) => relativeError(other[name], results[0][name]) > 1e-5);
    if (changed !== undefined)
      fault(
        'Its values depend on the distance of a sample to itself. Leave the diagonal out: `same` and `different` are 0 there, so use them as masks in every selection and every sum.',
      );
  }
  return 'No sample is compared with itself.';
}

/** A part of the inputs that a loss may read: what moves it a little, and where its gradient shows. */
interface Part {
  readonly what: string;
  readonly source: string;
  readonly entries: readonly number[];
}

function flow(loss: LossLab): string {
  const { consumes, on, lab } = loss;
  const found = new Map<string, { reads: boolean; flows: boolean }>();
  for (const [spread, seed] of [
    [1, 1],
    [0.4, 3],
    [2, 5],
  ] as const) {
    const batch = ordinaryBatch(consumes, 8, spread, seed);
    for (const { what, source, entries } of parts(consumes, batch)) {
      const experiment = withDistances(on, batch, source, consumes);
      const gradient = differentiate(lab.tf, { ...experiment, sources: [source] }, uneven).gradients[source];
      const known = found.get(what) ?? { reads: false, flows: false };
      found.set(what, {
        reads: known.reads || moves(loss, experiment, source, entries),
        flows: known.flows || entries.some((index) => gradient[index] !== 0),
      });
    }
  }
  for (const [what, { reads, flows }] of found)
    if (reads && !flows)
      fault(
        `Its values follow ${what}, and no gradient flows there: half of what they say is never learned. Keep stopGradient for what selects and weighs.`,
      );
  return 'Whatever its values follow gets a gradient.';
}

function withDistances(on: LossLab['on'], batch: Batch, source: string, consumes: LossLab['consumes']): Experiment {
  if (source === 'embedding') return on(batch);
  const name = source.slice('replaced/'.length);
  const size = consumes === 'batch' ? [batch.embedding.shape[0], batch.embedding.shape[0]] : [8];
  const values = normals(size, 31).data.map((value) => 0.2 + Math.abs(value));
  return on(batch, { [name]: float(size, values) });
}

function parts(consumes: LossLab['consumes'], { embedding, facts }: Batch): readonly Part[] {
  const width = embedding.shape[1];
  const block = (from: number, count: number) => Array.from({ length: count * width }, (_, at) => from * width + at);
  if (consumes === 'pairs') {
    const ofKind = (kind: number) => [...facts.same.data.keys()].filter((pair) => facts.same.data[pair] === kind);
    return [
      { what: 'the embeddings on the left', source: 'embedding', entries: block(0, 8) },
      { what: 'the embeddings on the right', source: 'embedding', entries: block(8, 8) },
      { what: 'the distances of matching pairs', source: 'replaced/distance', entries: ofKind(1) },
      { what: 'the distances of other pairs', source: 'replaced/distance', entries: ofKind(0) },
    ];
  }
  if (consumes === 'triplets')
    return [
      ...['anchors', 'positives', 'negatives'].map((name, index) => ({
        what: `the embeddings of the ${name}`,
        source: 'embedding',
        entries: block(index * 8, 8),
      })),
      ...['positive', 'negative'].map((name) => ({
        what: `the distances to the ${name}s`,
        source: `replaced/${name}`,
        entries: Array.from({ length: 8 }, (_, index) => index),
      })),
    ];
  const rows = embedding.shape[0];
  const pairs = Array.from({ length: rows * rows }, (_, flat) => ({
    flat,
    i: Math.floor(flat / rows),
    j: flat % rows,
  }));
  const ofKind = (same: boolean) =>
    pairs
      .filter(({ i, j }) => i !== j && (facts.label.data[i] === facts.label.data[j]) === same)
      .map(({ flat }) => flat);
  return [
    { what: 'the distances within classes', source: 'replaced/distance', entries: ofKind(true) },
    { what: 'the distances between classes', source: 'replaced/distance', entries: ofKind(false) },
  ];
}

/** Whether the values change when these entries do, by so little that no selection does. */
function moves({ lab }: LossLab, experiment: Experiment, source: string, entries: readonly number[]): boolean {
  const { shape, data } = experiment.inputs[source];
  const moved = data.slice();
  for (const index of entries) moved[index] *= 1 + (index % 2 === 0 ? 2e-3 : -1e-3);
  const before = evaluate(lab.tf, experiment);
  const after = evaluate(lab.tf, { ...experiment, inputs: { ...experiment.inputs, [source]: { shape, data: moved } } });
  return Object.keys(before).some(
    (name) => !name.startsWith('next state of') && relativeError(after[name].data, before[name].data) > 1e-5,
  );
}

const steps = 60;
const samples = 24;

/** Moves the embeddings and the loss's own weights against the gradient, as training would: all of it, and term by term. */
function improves(loss: LossLab): string {
  const [before, after] = descent(loss, ones);
  if (after < before + 0.05)
    fault(
      `Following its gradient for ${steps} steps does not tell the classes apart: a matching pair is closer than another in ${show(100 * before)} % of cases before and ${show(100 * after)} % after. Check the signs: a loss is made small, positives are drawn together, negatives pushed apart.`,
    );
  const terms = Object.keys(evaluate(loss.lab.tf, loss.on(ordinaryBatch(loss.consumes, samples)))).filter(
    (name) => !name.startsWith('next state of'),
  );
  for (const term of terms.length > 1 ? terms : []) {
    const [start, end] = descent(loss, (name, size) => new Float32Array(size).fill(Number(name === term)));
    if (end < start - 0.05)
      fault(
        `Following its term "${term}" alone mixes the classes: a matching pair is closer than another in ${show(100 * start)} % of cases before and ${show(100 * end)} % after. Check its sign.`,
      );
  }
  return `Following its gradient tells the classes apart: from ${show(100 * before)} to ${show(100 * after)} %.`;
}

/** How often a matching pair is closer than another before and after some steps, over three batches. */
function descent({ consumes, on, lab }: LossLab, coefficients: Coefficients): readonly [before: number, after: number] {
  const outcomes = [11, 12, 13].map((seed) => {
    const batch = ordinaryBatch(consumes, samples, 1, seed);
    let experiment = on(batch);
    const before = aucOf(consumes, batch, batch.embedding);
    for (let step = 0; step < steps; step++) experiment = stepped(lab.tf, experiment, coefficients);
    return [before, aucOf(consumes, batch, experiment.inputs.embedding)] as const;
  });
  const mean = (at: 0 | 1) => outcomes.reduce((sum, outcome) => sum + outcome[at], 0) / outcomes.length;
  return [mean(0), mean(1)];
}

function stepped(tf: LossLab['lab']['tf'], experiment: Experiment, coefficients: Coefficients): Experiment {
  const { gradients, others } = differentiate(tf, experiment, coefficients);
  const inputs: Record<string, Numbers> = { ...experiment.inputs };
  for (const name of experiment.sources) {
    const { shape, data } = inputs[name];
    const [length, slope] = [data, gradients[name]].map((values) => Math.hypot(...values));
    if (slope === 0) continue;
    const rate = (0.04 * Math.max(length, 1)) / slope;
    inputs[name] = float(
      shape,
      Array.from(data, (value, index) => value - rate * gradients[name][index]),
    );
  }
  for (const [name, next] of Object.entries(others))
    if (name.startsWith('next state of/')) inputs[name.replace('next state of/', 'state/')] = next;
  return { ...experiment, inputs };
}
