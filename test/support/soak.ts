import { appendFileSync } from 'node:fs';

/** How often the endurance tests do things: a little in `npm test`, all of it in `npm run test:soak`. */
const isSoak = process.env['MODE'] === 'soak';

export const counts = {
  kills: isSoak ? 200 : 2,
  killsInsideSave: isSoak ? 60 : 0,
  signals: isSoak ? 200 : 2,
  nonFinite: isSoak ? 200 : 8,
  steps: isSoak ? 100_000 : 400,
  resumeSteps: isSoak ? 60 : 16,
  firstResume: isSoak ? 0 : 6,
  everyResume: isSoak ? 1 : 1000,
  mutations: isSoak ? 3000 : 300,
  /** Of all optimizers and schedules, the share that is tried. */
  everyCase: isSoak ? 1 : 9,
  everyByte: isSoak ? 1 : 37,
  everyBit: isSoak ? 1 : 53,
  /** Writes a figure down, where the environment names a file for it. */
  report(line: string): void {
    const file = process.env['SOAK_REPORT'];
    if (file) appendFileSync(file, `${line}\n`);
  },
};
