/**
 * How long the built command line takes from a cold start, in milliseconds: the median of many processes, and the
 * quickest. Build first, on an idle machine; then: node test/bench/run.js cold-start [processes]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const processes = Number(process.argv[3] ?? 11);
const commands = [['--help'], ['validate', 'specs/mnist-mlp.yaml'], ['plugins'], ['schema']];

function start(args: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root });
  if (status !== 0) throw new Error(String(stderr));
  return performance.now() - started;
}

function row(title: string, args: readonly string[]): string {
  const times = Array.from({ length: processes }, () => start(args)).sort((a, b) => a - b);
  const cells = [times[processes >> 1], times[0]].map((time) => time.toFixed(0).padStart(8));
  return `${title.padEnd(40)}${cells.join('')}`;
}

const rows = commands.map((args) => row(`twinspec ${args.join(' ')}`, ['dist/core/cli/bin.js', ...args]));
process.stdout.write(
  [`${'ms'.padEnd(40)}  median   least`, row('node, nothing else', ['--eval', '0']), ...rows, ''].join('\n'),
);
