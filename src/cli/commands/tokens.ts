import type { Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table } from '../output.ts';

interface TokenBody {
  id: string;
  name: string;
  role: string;
  person_id: string | null;
  hint: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

/** `reeve token`: a token is shown once, when it is made. */
export function addTokenCommands(program: Command, context: CliContext): void {
  const { terminal, format, api } = context;
  const token = program.command('token').description('access tokens');
  token
    .command('create')
    .description('make a token; it is shown this once')
    .requiredOption('--role <role>', 'viewer, developer, maintainer, manager, admin or agent')
    .requiredOption('--name <name>', 'what it is for')
    .option('--person <handle>', 'whose it is; needed to decide approvals')
    .action(async (options: { role: string; name: string; person?: string }) => {
      const made = await (
        await api()
      ).post<TokenBody & { token: string }>('/v1/tokens', { role: options.role, name: options.name, person: options.person ?? null });
      show(terminal, format(), made, () => made.token);
    });
  token
    .command('list', { isDefault: true })
    .description('tokens, without their secrets')
    .action(async () => {
      const client = await api();
      const items = await client.all<TokenBody>('/v1/tokens');
      const people = await client.all<{ id: string; handle: string }>('/v1/people');
      const handleOf = (id: string | null): string | null => people.find((person) => person.id === id)?.handle ?? id;
      show(terminal, format(), { items }, () =>
        table(
          ['ID', 'NAME', 'ROLE', 'PERSON', 'STARTS', 'LAST USED', 'REVOKED'],
          items.map((item) => [item.id, item.name, item.role, handleOf(item.person_id), item.hint, item.last_used_at, item.revoked_at]),
        ),
      );
    });
  token
    .command('revoke <id>')
    .description('make a token useless at once')
    .action(async (id: string) => {
      await (await api()).delete(`/v1/tokens/${id}`);
      show(terminal, format(), { revoked: id }, () => `${id} is revoked.`);
    });
}
