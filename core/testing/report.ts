import { basename } from 'node:path';
import { TwinspecError } from '../errors.js';
import { countedMessage, type Counted } from '../words/tally.js';
import { authorsLine } from '../words/authors-line.js';

/** One thing that was checked, and what was found. */
export interface Check {
  /** Short and stable, such as `gradient`. */
  readonly name: string;
  readonly ok: boolean;
  /** In words: what holds, or what is wrong, where, and what would be right. */
  readonly detail: string;
}

export interface CheckReport {
  /** Kind and name of the plugin, such as `loss acme/my-loss`. */
  readonly plugin: string;
  /** Whether every check passed. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What the plugin warned of while it was tried, over and over. */
  readonly warnings: readonly Counted[];
  /** What was left out, in words; absent where nothing was. */
  readonly note?: string;
}

/** A check to be made: it returns what holds, in words, or throws what is wrong. */
export interface Trial {
  readonly name: string;
  readonly run: () => string | Promise<string>;
}

/** Refuses a plugin from inside a trial. */
export function fault(message: string): never {
  throw new TwinspecError('PLUGIN_FAILED', message);
}

/** Makes the trials stage by stage. A stage with a fault is the last: what follows would only repeat it. */
export async function perform(stages: Iterable<readonly Trial[]>): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const trials of stages) {
    for (const trial of trials) checks.push(await attempt(trial));
    if (checks.some(({ ok }) => !ok)) break;
  }
  return checks;
}

async function attempt({ name, run }: Trial): Promise<Check> {
  try {
    return { name, ok: true, detail: await run() };
  } catch (error) {
    return { name, ok: false, detail: explain(error) };
  }
}

const hints: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /gradient function not found for/,
    'Where that only selects or weighs, compute it inside mask or stopGradient of twinspec/plugin.',
  ],
  [/Cannot compute gradient/, 'Give every element a path of differentiable ops to the result.'],
];

/** What an error of a plugin says, with the author's own line where the stack names one. */
export function explain(error: unknown): string {
  if (error instanceof TwinspecError) return [error.message, error.hint].filter(Boolean).join(' ');
  if (!(error instanceof Error)) return `It threw ${String(error)}.`;
  const hint = hints.find(([pattern]) => pattern.test(error.message))?.[1];
  const message = error.message.split('\n')[0].replace(/\.?$/, '.');
  const line = authorsLine(error);
  return [`It threw "${message}"`, line && `at ${basename(line)}.`, hint].filter(Boolean).join(' ');
}

/** A report as lines of text, the failed checks first. */
export function formatReport({ plugin, checks, warnings, note }: CheckReport): string {
  const failed = checks.filter(({ ok }) => !ok);
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = [...failed, ...checks.filter(({ ok }) => ok)].map(
    ({ ok, name, detail }) => `  ${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}  ${detail}`,
  );
  return [
    `${plugin}: ${summary(checks.length, failed.length)}`,
    ...lines,
    ...warnings.map((warning) => `  warning: ${countedMessage(warning)}`),
    ...(note === undefined ? [] : [`  ${note}`]),
  ].join('\n');
}

function summary(total: number, failed: number): string {
  return failed === 0 ? `all ${total} checks passed` : `${failed} of ${total} checks failed`;
}

/** Throws PLUGIN_FAILED, listing every failed check, unless all passed. */
export function assertPassed(report: CheckReport): void {
  if (report.ok) return;
  const failed = report.checks.filter(({ ok }) => !ok).map(({ name, detail }) => `- ${name}: ${detail}`);
  throw new TwinspecError(
    'PLUGIN_FAILED',
    [`${report.plugin} failed ${failed.length} of ${report.checks.length} checks.`, ...failed].join('\n'),
  );
}
