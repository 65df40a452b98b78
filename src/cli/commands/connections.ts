import type { Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table, visible } from '../output.ts';

interface ConnectionBody {
  id: string;
  name: string;
  state: 'off' | 'unproven' | 'works' | 'fails';
  where: string | null;
  problem: string | null;
  advice: string | null;
  last_event_at: string | null;
  last_ok_at: string | null;
  last_failure: { at: string; call: string; detail: string } | null;
}

interface CheckBody {
  ok: boolean;
  detail: string;
  advice: string | null;
  duration_ms: number;
}

/** `reeve connection list|check`: what Reeve is connected to, and how it goes. */
export function addConnectionCommands(program: Command, context: CliContext): void {
  const { terminal, format, api, answerNo } = context;
  const connection = program.command('connection').description('what Reeve is connected to, and how it goes');
  connection
    .command('list', { isDefault: true })
    .description('every connection, also those that are not configured')
    .action(async () => {
      const { items } = await (await api()).get<{ items: ConnectionBody[] }>('/v1/connections');
      show(terminal, format(), { items }, () =>
        table(
          ['ID', 'STATE', 'WHERE', 'LAST EVENT', 'LAST WORKED', 'WHAT IS WRONG'],
          items.map((item) => [item.id, item.state, item.where, item.last_event_at, item.last_ok_at, wrongWith(item)]),
        ),
      );
    });
  connection
    .command('check <name>')
    .description('ask one now whether it works; changes nothing on the other side')
    .action(async (name: string) => {
      const check = await (await api()).post<CheckBody>(`/v1/connections/${encodeURIComponent(name)}/check`);
      if (!check.ok) answerNo();
      const advice = check.advice === null ? '' : `\ndo: ${visible(check.advice)}`;
      show(terminal, format(), check, () => `${check.ok ? 'works' : 'fails'}: ${visible(check.detail)} (${check.duration_ms} ms)${advice}`);
    });
}

function wrongWith({ state, problem, last_failure: failure, advice }: ConnectionBody): string | null {
  if (state === 'fails') return problem ?? failure?.detail ?? null;
  return state === 'off' ? advice : null;
}
