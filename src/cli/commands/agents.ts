import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table, visible } from '../output.ts';
import { addAddedAgentCommands } from './agents-added.ts';

interface TestBody {
  ok: boolean;
  detail: string;
  advice: string | null;
  protocol: string | null;
  capabilities: string[];
  auth_methods: Array<{ id: string; name: string }>;
  modes: string[];
  sandbox: string;
  sealed: boolean;
  duration_ms: number;
  tested_at: string;
}

interface AgentBody {
  name: string;
  harness: string;
  roles: string[];
  skills: string[];
  sealed: boolean;
  last_test: TestBody | null;
}

/** The server ends the agent before it answers; beside the limit itself that takes a few seconds. */
const ENDING_MS = 15_000;

/** `reeve agent list|test`: who could work here, and whether they start. */
export function addAgentCommands(program: Command, context: CliContext): void {
  const { terminal, format, api, answerNo } = context;
  const agent = program.command('agent').description('the agents that are configured');
  agent
    .command('list', { isDefault: true })
    .description('every agent, with what its last test said')
    .action(async () => {
      const { items } = await (await api()).get<{ items: AgentBody[] }>('/v1/agents');
      show(terminal, format(), { items }, () =>
        table(
          ['NAME', 'HARNESS', 'ROLES', 'SKILLS', 'NETWORK', 'LAST TEST', 'AT'],
          items.map((item) => [
            item.name,
            item.harness,
            item.roles.join(' '),
            item.skills.join(' '),
            item.sealed ? 'sealed' : 'open',
            item.last_test === null ? 'never' : item.last_test.ok ? 'works' : 'fails',
            item.last_test?.tested_at ?? null,
          ]),
        ),
      );
    });
  agent
    .command('test <name>')
    .description('start it in its sandbox, ask it who it is, and end it; nothing is asked of a model')
    .option('--limit <seconds>', 'how long it may take until it has answered', parseSeconds, 30)
    .action(async (name: string, options: { limit: number }) => {
      const path = `/v1/agents/${encodeURIComponent(name)}/test`;
      const test = await (await api()).post<TestBody>(path, { limit_s: options.limit }, {}, options.limit * 1000 + ENDING_MS);
      if (!test.ok) answerNo();
      show(terminal, format(), test, () => textOf(test));
    });
  addAddedAgentCommands(agent, context);
}

function parseSeconds(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('A whole number of seconds, 1 to 120.');
  return Number(text);
}

function textOf(test: TestBody): string {
  const took = `${(test.duration_ms / 1000).toFixed(1)} s, sandbox ${test.sandbox}, ${test.sealed ? 'sealed' : 'open network'}`;
  const rows = [
    `${test.ok ? 'works' : 'fails'}: ${visible(test.detail)} (${took})`,
    test.protocol === null ? null : `speaks ${test.protocol}`,
    test.capabilities.length === 0 ? null : `can ${test.capabilities.map(visible).join(', ')}`,
    test.auth_methods.length === 0 ? null : `logs in by ${test.auth_methods.map(({ name }) => visible(name)).join(', ')}`,
    test.modes.length === 0 ? null : `has the modes ${test.modes.map(visible).join(', ')}`,
    test.advice === null ? null : `do: ${visible(test.advice)}`,
  ];
  return rows.filter((row) => row !== null).join('\n');
}
