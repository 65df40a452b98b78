import { Option, type Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import { show, visible } from '../output.ts';
import type { CliContext } from '../program.ts';

interface Begun {
  url: string;
  expires_at: string;
}

interface Status {
  source: 'none' | 'app_settings' | 'app_kept' | 'token_settings';
  login: string | null;
  app: { id: string; slug: string; url: string; owner: string } | null;
  waiting: { slug: string; owner: string; url: string } | null;
  install_url: string | null;
  installations: Array<{
    account: string;
    suspended: boolean;
    all: boolean;
    lacks: string[];
    beyond: string[];
    repositories: Array<{ name: string; allowed: boolean }> | null;
  }> | null;
  webhooks: { url: string; accepted: boolean };
  problem: string | null;
}

interface TokenReport {
  login: string;
  kind: string;
  expires_at: string | null;
  repositories: Array<{ name: string; lacks: string[]; beyond: string[] }>;
  warnings: string[];
}

interface Options {
  organization?: string;
  name?: string;
  replace?: boolean;
  status?: boolean;
  forget?: boolean;
  confirm?: string;
  reread?: boolean;
  token?: string;
  repository?: string[];
}

interface Reread {
  repository: string;
  looked: { issues: number; pulls: number };
  repaired: Array<{ kind: string; number: number; what: string }>;
  problem: string | null;
}

const ADDRESS = '/v1/connections/github';
const many = (value: string, before: string[] = []): string[] => [...before, value];

/** `reeve connect github`: the App by one click, what became of it, or a look at a token. */
export function addConnectCommands(program: Command, context: CliContext): void {
  const connect = program.command('connect').description('become known to a forge');
  connect
    .command('github')
    .description('make the GitHub App that Reeve works as: prints a link to open; or --status, or --token to look at a token')
    .option('--organization <name>', 'account that is to own the App; without it your own')
    .option('--name <name>', 'what the App is called (taken once on all of GitHub, 34 characters)')
    .option('--replace', 'give up an App that was made before')
    .addOption(new Option('--status', 'as whom Reeve works, and which repositories it reaches; exit 1 while it reaches none'))
    .addOption(
      new Option('--reread', 'hold open issues and pull requests against what GitHub shows, and repair what differs').conflicts([
        'status',
        'token',
        'forget',
      ]),
    )
    .addOption(
      new Option('--confirm <owner/slug>', 'use the App that was made and waits, if it is this one of this account').conflicts([
        'status',
        'token',
        'forget',
        'reread',
        'organization',
      ]),
    )
    .addOption(new Option('--forget', 'forget the App that was made here; at GitHub it stays').conflicts(['status', 'token']))
    .addOption(
      new Option('--token <file>', 'look at a token (a file, or - for standard input) and keep nothing; exit 1 when it may too little').conflicts(
        'status',
      ),
    )
    .option('--repository <owner/name>', 'with --token: where to look; repeat it for more. Without it the repositories Reeve knows', many)
    .action(async (options: Options) => connectGithub(context, options));
}

async function connectGithub(context: CliContext, options: Options): Promise<void> {
  const { terminal, format, api, answerNo } = context;
  if (options.token !== undefined) {
    const report = await lookAtToken(context, options.token, options.repository ?? []);
    if (report.repositories.some(({ lacks }) => lacks.length > 0)) answerNo();
    return show(terminal, format(), report, () => tokenText(report));
  }
  if (options.status === true) {
    const status = await (await api()).get<Status>(ADDRESS);
    if (status.login === null || status.problem !== null || (status.installations !== null && !reachesAny(status))) answerNo();
    return show(terminal, format(), status, () => statusText(status));
  }
  if (options.reread === true) {
    const { items } = await (await api()).post<{ items: Reread[] }>(`${ADDRESS}/reread`, {}, {}, 600_000);
    if (items.some(({ problem }) => problem !== null)) answerNo();
    return show(terminal, format(), items, () => rereadText(items));
  }
  if (options.forget === true) {
    const client = await api();
    await client.delete(ADDRESS);
    return show(terminal, format(), { forgotten: true }, () => 'The App is forgotten here. Delete it in the settings of GitHub as well.');
  }
  if (options.confirm !== undefined) {
    const app = await confirm(context, options.confirm, options.replace ?? false);
    return show(terminal, format(), app, () => `Reeve works as ${visible(app.slug)} of ${visible(app.owner)}. Install it where Reeve is to work.`);
  }
  const { organization = null, name = null, replace = false } = options;
  const begun = await (await api()).post<Begun>(ADDRESS, { organization, name, replace });
  show(terminal, format(), begun, () => begunText(begun, organization));
}

function begunText({ url, expires_at: until }: Begun, organization: string | null): string {
  const then = organization === null ? '--confirm OWNER/SLUG, as the page will say; then --status' : '--status';
  return `Open this address in a browser (once, until ${until}):\n\n  ${url}\n\nThen: reeve connect github ${then}`;
}

function rereadText(items: readonly Reread[]): string {
  if (items.length === 0) return 'There is no repository on GitHub in which Reeve may work.';
  return items
    .flatMap(({ repository, looked, repaired, problem }) => [
      `${visible(repository)}: ${looked.issues} issues and ${looked.pulls} pull requests looked at, ${repaired.length} repaired${problem === null ? '' : `; ${visible(problem)}`}`,
      ...repaired.map(({ kind, number, what }) => `  ${kind} #${number}: ${what.replaceAll('_', ' ')}`),
    ])
    .join('\n');
}

async function confirm({ api }: CliContext, named: string, replace: boolean): Promise<{ slug: string; owner: string }> {
  const [owner = '', slug = '', ...rest] = named.split('/');
  if (owner === '' || slug === '' || rest.length > 0)
    throw new AppError('invalid', 'Name the account and the App as owner/slug.', { hint: '`reeve connect github --status` says which App waits.' });
  return (await api()).post<{ slug: string; owner: string }>(`${ADDRESS}/confirm`, { owner, slug, replace });
}

/** A token in an argument would be seen by everybody on the machine. */
async function lookAtToken({ local, api }: CliContext, file: string, repositories: string[]): Promise<TokenReport> {
  const token = (file === '-' ? await local.readInput() : await local.readFile(file)).trim();
  if (token === '' || /\s/.test(token))
    throw new AppError('invalid', 'That is not one token.', { hint: 'Give a file that holds the token alone, or - for standard input.' });
  return (await api()).post<TokenReport>(`${ADDRESS}/examine-token`, { token, repositories });
}

const reachesAny = ({ installations }: Status): boolean =>
  (installations ?? []).some(({ repositories }) => (repositories ?? []).some(({ allowed }) => allowed));

const SOURCES: Readonly<Record<Status['source'], string>> = {
  none: 'nothing is connected; `reeve connect github` begins',
  app_settings: 'a GitHub App, from the settings',
  app_kept: 'a GitHub App that was made here',
  token_settings: 'a token, from the settings',
};

function statusText(status: Status): string {
  const { app, source, login, webhooks, waiting, install_url: installUrl, installations } = status;
  const rows = [
    `works as   ${SOURCES[source]}${login === null ? '' : ` (${visible(login)})`}`,
    ...(app === null ? [] : [`app        ${visible(app.slug)} (${app.id}), owned by ${visible(app.owner)}: ${visible(app.url)}`]),
    `webhooks   ${webhooks.accepted ? 'taken at' : 'not taken (no secret is known), would come to'} ${webhooks.url}`,
    ...(waiting === null
      ? []
      : [
          `waits      ${visible(waiting.slug)}, owned by ${visible(waiting.owner)}, is not used. If that account is yours: reeve connect github --confirm ${visible(waiting.owner)}/${visible(waiting.slug)}`,
        ]),
    ...(status.problem === null ? [] : [`problem    ${visible(status.problem)}`]),
  ];
  if (installations === null) return rows.join('\n');
  const places = installations.flatMap((installation) => placeText(installation));
  const none = installUrl === null ? 'It is installed nowhere.' : `It is installed nowhere. Open ${visible(installUrl)}`;
  return [...rows, '', ...(places.length === 0 ? [none] : places)].join('\n');
}

function placeText({ account, suspended, all, lacks, beyond, repositories }: NonNullable<Status['installations']>[number]): string[] {
  return [
    `${visible(account)}: ${suspended ? 'suspended' : all ? 'all repositories' : 'chosen repositories'}`,
    ...(lacks.length === 0 ? [] : [`  lacks ${lacks.map(visible).join(', ')}`]),
    ...(beyond.length === 0 ? [] : [`  has beyond need ${beyond.map(visible).join(', ')}`]),
    ...(repositories ?? []).map(
      ({ name, allowed }) => `  ${visible(name)}${allowed ? '' : '  (not on REEVE_REPO_ALLOWLIST: nothing is done there)'}`,
    ),
  ];
}

function tokenText({ login, kind, expires_at: ends, repositories, warnings }: TokenReport): string {
  return [
    `A ${kind.replace('_', '-')} token of ${visible(login)}${ends === null ? '' : `, until ${ends}`}. It was not kept.`,
    ...repositories.map(({ name, lacks, beyond }) => {
      const words = [
        ...(lacks.length === 0 ? [] : [`may not read ${lacks.map(visible).join(', ')}`]),
        ...(beyond.length === 0 ? [] : [`may more than is needed: ${beyond.map(visible).join(', ')}`]),
      ];
      return `  ${visible(name)}: ${words.length === 0 ? 'reads what is needed' : words.join('; ')}`;
    }),
    ...warnings.map((warning) => `- ${visible(warning)}`),
    'To use it: REEVE_GITHUB_TOKEN=file:PATH (or vault:, ssm:, env:), then start again.',
  ].join('\n');
}
