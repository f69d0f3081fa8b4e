// Makes the completion script of a shell from the declarations of the commands.

import type { Command } from './declaration.ts';
import type { Shell } from './shells.ts';

const PROGRAM = 'serverless-chat';
const FUNCTION = '_serverless_chat';

/** A script for the shell to load: `source <(serverless-chat completion bash)`. */
export function toCompletion(shell: Shell, commands: readonly Command[]): string {
  switch (shell) {
    case 'bash':
      return forBash(commands);
    case 'zsh':
      return forZsh(commands);
    case 'fish':
      return forFish(commands);
  }
}

function namesOf(commands: readonly Command[]): string {
  return [...commands.map(({ name }) => name), 'help'].join(' ');
}

function optionsOf({ options }: Command): readonly string[] {
  return [...Object.keys(options), 'help'].map((name) => `--${name}`);
}

/** The words after a command: its options, and the values of an argument that takes one of a few. */
function wordsOf(command: Command): string {
  return [...(command.argument?.oneOf ?? []), ...optionsOf(command)].join(' ');
}

function forBash(commands: readonly Command[]): string {
  return `${FUNCTION}() {
  local words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${namesOf(commands)} --help --version'
  else
    case "\${COMP_WORDS[1]}" in
${commands.map((command) => `      ${command.name}) words='${wordsOf(command)}' ;;`).join('\n')}
      help) words='${namesOf(commands)}' ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F ${FUNCTION} ${PROGRAM}`;
}

function forZsh(commands: readonly Command[]): string {
  const toOption = ([name, { takes, about }]: [string, Command['options'][string]]) => {
    const value = takes === undefined ? '' : `:${takes}:`;
    return quote(`--${name}[${about.replaceAll(/[[\]:]/g, String.raw`\$&`)}]${value}`);
  };
  const toArgument = ({ argument }: Command) =>
    argument ? [quote(`1:${argument.takes}:(${(argument.oneOf ?? []).join(' ')})`)] : [];
  const cases = commands.map((command) => {
    const specs = [...toArgument(command), ...Object.entries(command.options).map(toOption)];
    return `    ${command.name}) _arguments ${[...specs, quote('--help[show help]')].join(' ')} ;;`;
  });
  const described = commands.map(({ name, summary }) =>
    quote(`${name}:${summary.replaceAll(':', String.raw`\:`)}`),
  );
  return `#compdef ${PROGRAM}
${FUNCTION}() {
  local -a commands
  commands=(${[...described, quote('help:what a command does')].join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
    help) _describe command commands ;;
  esac
}
compdef ${FUNCTION} ${PROGRAM}`;
}

function forFish(commands: readonly Command[]): string {
  const lines = commands.flatMap(({ name, summary, options, argument }) => {
    const seen = quote(`__fish_seen_subcommand_from ${name}`);
    return [
      `complete -c ${PROGRAM} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
      ...(argument?.oneOf
        ? [`complete -c ${PROGRAM} -n ${seen} -a ${quote(argument.oneOf.join(' '))}`]
        : []),
      ...Object.entries(options).map(([option, { takes, about }]) => {
        const value = takes === undefined ? '' : ' -r';
        return `complete -c ${PROGRAM} -n ${seen} -l ${option}${value} -d ${quote(about)}`;
      }),
    ];
  });
  return [
    `complete -c ${PROGRAM} -f`,
    ...lines,
    `complete -c ${PROGRAM} -n __fish_use_subcommand -a help -d 'what a command does'`,
    `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from help' -a ${quote(namesOf(commands))}`,
  ].join('\n');
}

/** In single quotes, as all three shells read it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
