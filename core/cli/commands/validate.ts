import { CommanderError, type Command } from 'commander';
import { TwinspecError, type Problem } from '../../errors.js';
import { print, type Terminal } from '../terminal.js';
import { loadPlugins, repeatable, warner, withExamples, withPlugins } from '../shared.js';

interface ValidateFlags {
  readonly set: string[];
  readonly plugin: string[];
  readonly json?: true;
}

interface Verdict {
  readonly file: string;
  readonly valid: boolean;
  readonly name?: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export function addValidate(program: Command, terminal: Terminal): void {
  const command = program
    .command('validate')
    .description('Check specs and name every problem in them. Nothing is loaded or trained.')
    .argument('<spec...>', 'spec files');
  repeatable(command, '--set <path=value>', 'override a key of the spec, such as training.epochs=1');
  withPlugins(command).option('--json', 'write the verdicts and all problems as JSON');
  withExamples(
    command,
    'twinspec validate specs/*.yaml',
    'twinspec validate my-spec.yaml --set training.batchSize=64',
    'twinspec validate my-spec.yaml --plugin ./my-loss.ts --json',
  ).action((files: string[], flags: ValidateFlags) => runValidate(files, flags, terminal));
}

async function runValidate(files: readonly string[], flags: ValidateFlags, terminal: Terminal): Promise<void> {
  const [{ loadSpec }, { registryWith }] = await Promise.all([
    import('../../spec/load-spec.js'),
    import('../../wiring/registry.js'),
  ]);
  const registry = registryWith(await loadPlugins(flags.plugin));
  const verdicts: Verdict[] = [];
  for (const file of files) {
    const verdict = await judge(file, (onWarning) => loadSpec(file, { registry, set: flags.set, onWarning }));
    if (!flags.json) verdict.warnings.forEach(warner(terminal));
    if (verdict.valid && !flags.json) print(terminal, `${file}: valid (${verdict.name})`);
    verdicts.push(verdict);
  }
  if (flags.json) print(terminal, JSON.stringify(verdicts));
  const problems = verdicts.flatMap(({ problems }) => problems);
  if (problems.length === 0) return;
  if (flags.json) throw new CommanderError(2, 'twinspec.invalid', '');
  throw new TwinspecError(problems[0].code, 'Not every spec is valid.', { problems });
}

async function judge(
  file: string,
  load: (onWarning: (warning: Problem) => void) => Promise<{ readonly name: string }>,
): Promise<Verdict> {
  const warnings: Problem[] = [];
  try {
    const { name } = await load((warning) => void warnings.push(warning));
    return { file, valid: true, name, problems: [], warnings };
  } catch (error) {
    if (!(error instanceof TwinspecError) || error.problems.length === 0) throw error;
    return { file, valid: false, problems: error.problems, warnings };
  }
}
