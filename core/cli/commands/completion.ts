import type { Command } from 'commander';
import { TwinspecError } from '../../errors.js';
import { completionScript, shells } from '../completion.js';
import { print, type Terminal } from '../terminal.js';
import { withExamples } from '../shared.js';

export function addCompletion(program: Command, terminal: Terminal): void {
  const command = program
    .command('completion')
    .description('Write a script that completes commands and options in your shell.')
    .argument('<shell>', shells.join(', '));
  withExamples(
    command,
    'twinspec completion bash >> ~/.bashrc',
    'twinspec completion zsh >> ~/.zshrc',
    'twinspec completion fish > ~/.config/fish/completions/twinspec.fish',
  ).action((shell: string) => {
    const known = shells.find((each) => each === shell);
    if (known === undefined) {
      throw new TwinspecError('CALL_INVALID', `There is no completion for ${JSON.stringify(shell)}.`, {
        hint: `Shells: ${shells.join(', ')}.`,
      });
    }
    print(terminal, completionScript(known, program));
  });
}
