import { InvalidArgumentError, type Command } from 'commander';
import type { CliContext } from '../program.ts';
import { show, table } from '../output.ts';

interface TokenBody {
  id: string;
  name: string;
  role: string;
  person_id: string | null;
  service: string | null;
  projects: string[] | null;
  permissions: string[] | null;
  expires_at: string | null;
  hint: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

interface CreateOptions {
  role: string;
  name: string;
  person?: string;
  service?: string;
  project?: string[];
  scope?: string[];
  expires?: string;
}

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `30d` from now, or an instant, as the API wants it. */
function parseExpiry(text: string): string {
  const [, amount, unit = ''] = /^(\d{1,4})([mhdw])$/.exec(text) ?? [];
  const at = amount === undefined ? new Date(text) : new Date(Date.now() + Number(amount) * (UNIT_MS[unit] ?? 0));
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('A time is like 30m, 12h, 30d, 4w or 2027-01-31.');
  return at.toISOString();
}

function limitsOf(token: Pick<TokenBody, 'projects' | 'permissions'>): string {
  const parts = [token.projects === null ? null : `${token.projects.length} project(s)`, token.permissions?.join(' ') ?? null];
  return parts.filter((part) => part !== null).join('; ') || '-';
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
    .option('--service <name>', 'service account it belongs to: it works and never decides')
    .option('--project <key>', 'a project it sees, and no other; may be repeated', collect)
    .option('--scope <permission>', 'something it may do, like issues:read or *:read, and nothing else; may be repeated', collect)
    .option('--expires <when>', 'how long it lives (12h, 30d), or until when (2027-01-31)', parseExpiry)
    .action(async (options: CreateOptions) => {
      const made = await (
        await api()
      ).post<TokenBody & { token: string }>('/v1/tokens', {
        role: options.role,
        name: options.name,
        person: options.person ?? null,
        service: options.service ?? null,
        projects: options.project ?? null,
        permissions: options.scope ?? null,
        expires_at: options.expires ?? null,
      });
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
          ['ID', 'NAME', 'ROLE', 'WHOSE', 'STARTS', 'LIMITS', 'EXPIRES', 'LAST USED', 'REVOKED'],
          items.map((item) => [
            item.id,
            item.name,
            item.role,
            handleOf(item.person_id) ?? item.service,
            item.hint,
            limitsOf(item),
            item.expires_at,
            item.last_used_at,
            item.revoked_at,
          ]),
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
