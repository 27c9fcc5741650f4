import { TwinspecError } from 'twinspec/plugin';
import { expect, test } from 'vitest';
import { parseSpec } from '../../../core/spec/parse-spec.js';
import { registry } from './fixtures.js';
import { hostileSpec } from './hostile-specs.js';

// `npm run test:soak` reads 10,000 of them in one process.
// The usual test shares the machine with others and only looks for time that grows with the square of the size.
const [count, patience] = process.env['MODE'] === 'soak' ? [10_000, 250] : [230, 2000];

/** Milliseconds of the processor, which other processes lengthen less, and, unless the spec is valid, the error. */
function read(text: string): { milliseconds: number; error?: unknown } {
  const start = process.cpuUsage();
  const used = () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  try {
    parseSpec(text, { file: 'hostile.yaml', registry });
    return { milliseconds: used() };
  } catch (error) {
    return { milliseconds: used(), error };
  }
}

test(`${count} hostile specs are refused in time, with a code, a line and a column`, () => {
  let refused = 0;
  let slowest = { number: -1, milliseconds: 0 };
  for (let number = 0; number < count; number += 1) {
    const text = hostileSpec(number);
    const { milliseconds, error } = read(text);
    // The garbage of the specs before it is collected in its time too: what is slow three times is slow.
    const again = () => read(text).milliseconds;
    const least = milliseconds > patience ? Math.min(milliseconds, again(), again()) : milliseconds;
    if (least > slowest.milliseconds) slowest = { number, milliseconds: least };
    if (error === undefined) continue;
    refused += 1;
    if (!(error instanceof TwinspecError)) throw new Error(`spec ${number}`, { cause: error });
    expect(error.problems.length, `spec ${number}`).toBeGreaterThan(0);
    for (const { line, column, file } of error.problems)
      if (file !== 'hostile.yaml' || !line || !column) throw new Error(`spec ${number} has a problem without place`);
    expect(error.message.length, `spec ${number}`).toBeLessThan(100_000);
  }
  expect(refused).toBeGreaterThan(count * 0.8);
  expect(slowest.milliseconds, `spec ${slowest.number}`).toBeLessThan(patience);
  expect({}).not.toHaveProperty('polluted');
}, 600_000);
