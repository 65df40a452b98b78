import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { AppError, isAppError } from '#kernel/errors.ts';
import { createApiClient, type ApiClient } from './api/client.ts';
import { addAgentCommands } from './commands/agents.ts';
import { addApprovalCommands } from './commands/approvals.ts';
import { addBudgetCommands } from './commands/budget.ts';
import { addReportCommands } from './commands/report.ts';
import { addConfigCommands } from './commands/config.ts';
import { addConsoleCommand } from './commands/console.ts';
import { addConnectCommands } from './commands/connect.ts';
import { addConnectionCommands } from './commands/connections.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addHomeCommand } from './commands/home.ts';
import { addIssueCommands } from './commands/issues.ts';
import { addJobCommands } from './commands/jobs.ts';
import { addLedgerCommands } from './commands/ledger.ts';
import { addLoginCommands } from './commands/login.ts';
import { addMachineCommands } from './commands/machine.ts';
import { addMetricsCommands } from './commands/metrics.ts';
import { addPlanCommands } from './commands/plan.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addPullCommands } from './commands/pulls.ts';
import { addQueueCommands } from './commands/queue.ts';
import { addRepositoryCommands } from './commands/repository.ts';
import { addRolloutCommands } from './commands/rollout.ts';
import { addRunCommand } from './commands/run.ts';
import { addSessionCommands } from './commands/sessions.ts';
import { addTokenCommands } from './commands/tokens.ts';
import { addTopCommand } from './commands/top.ts';
import type { Local } from './local.ts';
import { refuseMisread } from './misread.ts';
import type { Format, Terminal } from './output.ts';

/** What every command gets. */
export interface CliContext {
  local: Local;
  terminal: Terminal;
  format(): Format;
  /** A client of the running server; AppError unavailable (exit 3) when there is none. */
  api(): Promise<ApiClient>;
  /** Sets the exit code for "the answer is no". */
  answerNo(): void;
}

/** Every command with its options; nothing is parsed or run. The reference of commands is generated from it too. */
export function createProgram(context: CliContext): Command {
  const { local, terminal } = context;
  const program = new Command('reeve')
    .description('The engineering manager of a mixed team of people and coding agents.')
    .version(local.version, '-V, --version')
    .addOption(new Option('--json', 'print exactly one JSON document on stdout'))
    .addOption(new Option('--debug', 'show stack traces'))
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.err(text.trimEnd()) });
  for (const add of [
    addDemoCommand,
    addRunCommand,
    addMachineCommands,
    addTopCommand,
    addConsoleCommand,
    addHomeCommand,
    addIssueCommands,
    addPlanCommands,
    addApprovalCommands,
    addPolicyCommands,
    addJobCommands,
    addPullCommands,
    addQueueCommands,
    addLedgerCommands,
    addBudgetCommands,
    addReportCommands,
    addMetricsCommands,
    addRepositoryCommands,
    addRolloutCommands,
    addAgentCommands,
    addConfigCommands,
    addConnectCommands,
    addConnectionCommands,
    addTokenCommands,
    addSessionCommands,
    addLoginCommands,
  ])
    add(program, context);
  allowGlobalOptionsAnywhere(program);
  refuseWhatIsNoId(program);
  return program;
}

/** Runs one command line (without node and script); answers the exit code: 0 done, 1 no, 2 wrong use, 3 something is missing. */
export async function runCli(argv: readonly string[], local: Local, terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const wantsJson = argv.includes('--json');
  const program = createProgram({
    local,
    terminal,
    format: () => ({ json: wantsJson }),
    async api() {
      const server = await local.findServer();
      if (server === null)
        throw new AppError('unavailable', 'No Reeve server is running here.', {
          hint: 'Start one with `reeve serve`, or set REEVE_URL and REEVE_TOKEN.',
        });
      return createApiClient(server);
    },
    answerNo() {
      exitCode = 1;
    },
  });

  try {
    const words = argv.map(asText);
    refuseMisread(program, words);
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error, terminal, argv.includes('--debug'));
  }
}

/** A request may begin with a list: `- do this` is text, not an option. */
function asText(argument: string): string {
  return /^-\s/.test(argument) ? ` ${argument}` : argument;
}

/** `reeve status --json` and `reeve --json status` mean the same. */
function allowGlobalOptionsAnywhere(command: Command): void {
  for (const child of command.commands) {
    if (!child.options.some((option) => option.long === '--json')) child.addOption(new Option('--json', 'print exactly one JSON document on stdout'));
    if (!child.options.some((option) => option.long === '--debug')) child.addOption(new Option('--debug', 'show stack traces').hideHelp());
    child.exitOverride();
    allowGlobalOptionsAnywhere(child);
  }
}

const NAMES_OF_IDS = new Set(['id', 'task', 'question']);

/** An id becomes part of an address: what is none (`../people`) would ask for something else. */
function refuseWhatIsNoId(command: Command): void {
  for (const argument of command.registeredArguments)
    if (NAMES_OF_IDS.has(argument.name()))
      argument.argParser((text: string) => {
        const id = text.replace(/^#/, '');
        if (!/^\w[\w.:-]*$/.test(id)) throw new InvalidArgumentError('An id is letters, digits and underscores.');
        return id;
      });
  for (const child of command.commands) refuseWhatIsNoId(child);
}

const EXIT_OF_KIND: Readonly<Record<AppError['kind'], number>> = {
  invalid: 2,
  unauthenticated: 3,
  forbidden: 1,
  not_found: 1,
  conflict: 1,
  refused: 1,
  too_large: 2,
  rate_limited: 3,
  unavailable: 3,
  internal: 1,
};

/** A filter that the server refuses is an option here: `query.waits_on: …` is about `--waits-on`. */
const inWordsOfOptions = (sentence: string): string => sentence.replace(/^query\.([a-z_]+):/, (_, name: string) => `--${name.replaceAll('_', '-')}:`);

function reportError(error: unknown, terminal: Terminal, debug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InvalidArgumentError) {
    terminal.err(`error: ${error.message}`);
    return 2;
  }
  if (isAppError(error)) {
    terminal.err(`error: ${error.kind === 'invalid' ? inWordsOfOptions(error.message) : error.message}`);
    if (error.hint !== undefined) terminal.err(`  ${error.hint}`);
    if (debug && error.stack !== undefined) terminal.err(error.stack);
    return EXIT_OF_KIND[error.kind];
  }
  terminal.err(`error: ${error instanceof Error ? error.message : String(error)}`);
  if (debug && error instanceof Error && error.stack !== undefined) terminal.err(error.stack);
  else terminal.err('  This is a fault in Reeve; run again with --debug for the details.');
  return 1;
}
