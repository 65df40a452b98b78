import type { Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table } from '../output.ts';

interface SessionBody {
  id: string;
  person_id: string | null;
  opened_by: string;
  user_agent: string | null;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
}

/** `reeve session`: browsers that are signed in. */
export function addSessionCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const session = program.command('session').description('browsers that are signed in');
  session
    .command('list', { isDefault: true })
    .description('your sessions; an admin sees those of all')
    .action(async () => {
      const items = await (await api()).all<SessionBody>('/v1/sessions');
      show(terminal, format(), { items }, () =>
        table(
          ['ID', 'PERSON', 'BY', 'BROWSER', 'SINCE', 'LAST SEEN', 'UNTIL'],
          items.map((item) => [item.id, item.person_id, item.opened_by, item.user_agent, item.created_at, item.last_seen_at, item.expires_at]),
        ),
      );
    });
  session
    .command('end <id>')
    .description('sign a browser out at once')
    .action(async (id: string) => {
      await (await api()).delete(`/v1/sessions/${id}`);
      show(terminal, format(), { ended: id }, () => `${id} is over.`);
    });
}
