import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that completes the commands of a program, their options and files. */
export function completionScript(shell: Shell, program: Command): string {
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: firstSentence(command.description()),
    options: [...command.options, ...program.createHelp().visibleOptions(command)]
      .filter((option, index, all) => all.findIndex(({ long }) => long === option.long) === index)
      .map((option) => ({
        name: option.long!,
        description: option.description,
        takes: option.required || option.optional,
      })),
  }));
  return scripts[shell](commands);
}

interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly name: string; readonly description: string; readonly takes: boolean }[];
}

const scripts: Readonly<Record<Shell, (commands: readonly Completed[]) => string>> = { bash, zsh, fish };

function bash(commands: readonly Completed[]): string {
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words="${options.map((option) => option.name).join(' ')}" ;;`,
  );
  return `_twinspec() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words="${commands.map(({ name }) => name).join(' ')}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in
${cases.map((line) => `  ${line}`).join('\n')}
      *) words="" ;;
    esac
    case "$word" in -*) ;; *) return ;; esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _twinspec twinspec`;
}

function zsh(commands: readonly Completed[]): string {
  const names = commands.map(({ name, description }) => `    '${name}:${quoted(description)}'`);
  const cases = commands.map(({ name, options }) => {
    const specs = options.map(
      (option) => `'*${option.name}[${quoted(option.description, '[]:')}]${option.takes ? ':value:_files' : ''}'`,
    );
    return `    ${name}) _arguments ${specs.join(' ')} '*:file:_files' ;;`;
  });
  return `#compdef twinspec
_twinspec() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if (( $+functions[compdef] )); then compdef _twinspec twinspec; fi`;
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c twinspec -n __fish_use_subcommand -f -a ${name} -d '${quoted(description)}'`,
    ...options.map(
      (option) =>
        `complete -c twinspec -n '__fish_seen_subcommand_from ${name}' -l ${option.name.slice(2)}${option.takes ? ' -r' : ''} -d '${quoted(option.description)}'`,
    ),
  ]);
  return lines.join('\n');
}

function firstSentence(text: string): string {
  return text.replace(/[.:;](\s.*)?$/s, '');
}

/** For between single quotes; `special` signs are escaped too. */
function quoted(text: string, special = ''): string {
  const plain = text.replaceAll("'", '’');
  return [...special].reduce((escaped, sign) => escaped.replaceAll(sign, `\\${sign}`), plain);
}
