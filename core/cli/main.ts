import { Command, CommanderError } from 'commander';
import { errorCodes, TwinspecError } from '../errors.js';
import { packageVersion } from '../run/environment.js';
import { addCompletion } from './commands/completion.js';
import { addEvaluate } from './commands/evaluate.js';
import { addExplain } from './commands/explain.js';
import { addInit } from './commands/init.js';
import { addNew } from './commands/new.js';
import { addPlugins } from './commands/plugins.js';
import { addResume } from './commands/resume.js';
import { addSchema } from './commands/schema.js';
import { addTestPlugin } from './commands/test-plugin.js';
import { addTrain } from './commands/train.js';
import { addValidate } from './commands/validate.js';
import { withExamples } from './shared.js';
import { problemsText, withPages, type Terminal } from './terminal.js';

/** Exit status after a signal. */
export const signalStatus: Readonly<Record<string, number>> = { SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 };

/** Runs a command line, without the program's own name in it. Resolves to the exit status; never rejects. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = createProgram(terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { reason } = terminal.signal as { reason: unknown };
    const stopped = error === reason || (error instanceof TwinspecError && error.code === 'ABORTED');
    // Nobody reads what is said to a closed pipe.
    if (error !== reason && !(stopped && reason === 'SIGPIPE')) terminal.stderr.write(`${report(error, terminal)}\n`);
    if (stopped) return signalStatus[String(reason)] ?? 1;
    return error instanceof TwinspecError ? errorCodes[error.code].exit : 1;
  }
}

/** The commands, as they are called. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('twinspec')
    .description('Siamese and metric-learning networks in Node.js, declared in YAML and trained at native speed.')
    .version(packageVersion('twinspec'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .showHelpAfterError('(twinspec <command> --help tells more)');
  withExamples(
    program,
    'twinspec init my-experiment            write a spec to start from',
    'twinspec explain my-experiment.yaml    see what it comes to',
    'twinspec train my-experiment.yaml      train it',
    'twinspec plugins                       what a spec can name',
  );
  const commands = [
    addInit,
    addValidate,
    addExplain,
    addTrain,
    addResume,
    addEvaluate,
    addPlugins,
    addSchema,
    addNew,
    addTestPlugin,
    addCompletion,
  ];
  for (const add of commands) add(program, terminal);
  return program;
}

/** What a user reads of an error: a coded one says all that is needed, any other is a bug of ours. */
function report(error: unknown, terminal: Terminal): string {
  if (!(error instanceof TwinspecError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `This is a bug in Twinspec, please report it with what follows.\n${stack}`;
  }
  if (error.problems.length > 0) return reportProblems(error, terminal);
  return [`${error.message}  [${error.code}]`, error.hint && withPages(error.hint)].filter(Boolean).join('\n');
}

function reportProblems({ problems, message }: TwinspecError, terminal: Terminal): string {
  const [rest] = /^… and \d+ more\.$/m.exec(message) ?? [];
  return [problemsText(terminal, problems), ...(rest === undefined ? [] : [rest])].join('\n\n');
}
