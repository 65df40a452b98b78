import type { Argument, Command, Option } from 'commander';

/** The reference of commands, from the program itself. Every command also takes `--json` and `--debug`. */
export function renderCliReference(program: Command): string {
  const lines = [
    '# Commands',
    '',
    'Generated from `src/cli`; edit the commands, not this page. `--json` (one JSON document on stdout, progress on stderr), `--debug`',
    '(stack traces) and `--help` are understood by every command. In a checkout write `npx reeve`.',
    '',
    'Exit codes: 0 done · 1 the answer is "no" (a check or a verification failed, something was refused) · 2 wrong use · 3 a needed',
    'thing is missing or unreachable.',
    '',
  ];
  for (const command of program.commands) lines.push(...sectionOf(command, [program.name()]));
  return `${lines.join('\n').trimEnd()}\n`;
}

function sectionOf(command: Command, above: string[]): string[] {
  const words = [...above, command.name()];
  const group = command.commands.length > 0;
  const heading = above.length === 1 ? [`## ${words.join(' ')}`, ''] : [];
  if (!group) return [...heading, ...usage(command, words), ''];
  const byDefault = command.commands.find((child) => isDefault(command, child));
  const note = byDefault === undefined ? '' : ` Without a word after it: \`${byDefault.name()}\`.`;
  return [...heading, `${capital(command.description())}.${note}`, '', ...command.commands.flatMap((child) => sectionOf(child, words))];
}

function usage(command: Command, words: string[]): string[] {
  const shown = [...words, ...command.registeredArguments.map(argumentText)].join(' ');
  const options = command.options.filter((option) => !option.hidden && option.long !== '--json' && option.long !== '--debug');
  return [
    `\`${shown}${options.length > 0 ? ' [options]' : ''}\` — ${command.description()}`,
    ...(options.length > 0 ? ['', ...options.map(optionText)] : []),
  ];
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionText(option: Option): string {
  const value: unknown = option.defaultValue;
  const given = typeof value === 'string' && value !== '' ? ` (default: \`${value}\`)` : '';
  return `- \`${option.flags}\` ${option.description}${option.mandatory ? ' (needed)' : ''}${given}`;
}

/** Commander keeps the default command's name to itself; the usage of the group is where it shows. */
function isDefault(group: Command, child: Command): boolean {
  return (group as unknown as { _defaultCommandName: string | null })._defaultCommandName === child.name();
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
