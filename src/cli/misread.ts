import type { Command, Option } from 'commander';

/** An option, and no number below zero. */
const OPTION = /^--?[A-Za-z]/;

/** What commander keeps to itself. */
interface Inside {
  _defaultCommandName: string | null;
  unknownCommand(): void;
}
const inside = (command: Command): Inside => command as unknown as Inside;

/**
 * Refuses what commander would take for something else: a word after a group for an argument of the group's default command, and an option
 * for the value of the one before it. Throws CommanderError, with its sentence written.
 */
export function refuseMisread(program: Command, argv: readonly string[]): void {
  let command = program;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return;
    const option = optionOf(command, word);
    if (option?.required === true) {
      at += 1;
      refuseOption(command, option, argv[at]);
    }
    if (word.startsWith('-') || command.commands.length === 0) continue;
    const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    // Without a default command commander says so itself.
    if (child === undefined && (word === 'help' || defaultOf(command) === undefined)) return;
    if (child === undefined) return refuseWord(command, word);
    command = child;
  }
}

const defaultOf = (group: Command): Command | undefined => group.commands.find((child) => child.name() === inside(group)._defaultCommandName);

/** The options of a group's default command are understood right after the group. */
function optionOf(command: Command, word: string): Option | undefined {
  const own = command.options.find(({ long, short }) => long === word || short === word);
  const other = own === undefined ? defaultOf(command) : undefined;
  return other === undefined ? own : optionOf(other, word);
}

function refuseOption(command: Command, { flags, long }: Option, value: string | undefined): void {
  if (value === undefined || !OPTION.test(value)) return;
  const meant = `write ${long ?? flags}=${value} where that is meant`;
  command.error(`error: option '${flags}' argument missing: ${value} is an option (${meant})`, { code: 'commander.optionMissingArgument' });
}

function refuseWord(group: Command, word: string): void {
  group.args = [word];
  inside(group).unknownCommand();
}
