import { Option, type Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table } from '../output.ts';

interface FoundBody {
  id: string;
  title: string;
  command: string[];
  path: string | null;
  variables_set: string[];
  configured_as: string | null;
  homepage: string;
}

interface AddOptions {
  name?: string;
  role: string[];
  network: 'gateway' | 'open';
  variable: string[];
}

const collect = (value: string, before: string[]): string[] => [...before, value];

/** `reeve agent found|add|remove`: agents that come and go while Reeve runs, beside those of the configuration file. */
export function addAddedAgentCommands(agent: Command, { terminal, format, api }: CliContext): void {
  agent
    .command('found')
    .description('agent programs that are known, and which of them are on the PATH of the server')
    .action(async () => {
      const { items } = await (await api()).get<{ items: FoundBody[] }>('/v1/agents/found');
      show(terminal, format(), { items }, () =>
        table(
          ['ID', 'WHAT', 'WHERE', 'IN USE AS', 'VARIABLES THERE'],
          items.map((item) => [item.id, item.title, item.path ?? `not here: ${item.homepage}`, item.configured_as, item.variables_set.join(' ')]),
        ),
      );
    });
  agent
    .command('add <known>')
    .description('use a known agent that is on the PATH of the server, from now on')
    .option('--name <name>', 'its name here (default: the id of the known agent)')
    .option('--role <role>', 'coder, reviewer, tester or planner; may be given several times (default: coder and reviewer)', collect, [])
    .addOption(
      new Option('--network <network>', 'gateway: the configured model alone; open: the whole network')
        .choices(['gateway', 'open'])
        .default('gateway'),
    )
    .option('--variable <name>', 'a variable of the server it is given, with --network open; may be given several times', collect, [])
    .action(async (known: string, { name, role, network, variable }: AddOptions) => {
      const roles = role.length === 0 ? {} : { roles: role };
      const body = { known, network, variables: variable, ...roles, ...(name === undefined ? {} : { name }) };
      const added = await (await api()).post<{ name: string; command: string[]; roles: string[] }>('/v1/agents', body);
      show(
        terminal,
        format(),
        added,
        () => `${added.name} is in use (${added.command.join(' ')}), as ${added.roles.join(', ')}. Try it: reeve agent test ${added.name}`,
      );
    });
  agent
    .command('remove <name>')
    .description('use an agent no longer that was added here; those of the configuration file stay')
    .action(async (name: string) => {
      await (await api()).delete(`/v1/agents/${encodeURIComponent(name)}`);
      show(terminal, format(), { removed: name }, () => `${name} is no longer used.`);
    });
}
