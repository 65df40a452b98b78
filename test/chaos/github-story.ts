import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { stringify } from 'yaml';
import { expect } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { approvePending } from '#cli/story.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';
import { createTestDatabase } from '../kit/database.ts';
import { lastWords, startServerProcess, type ServerProcess } from './server.ts';

/*
 * Issues of the stand-in GitHub, from the label to the merge, told by servers that come and go. Each issue is about a file of its own; its
 * first commit is red and the second is green; whoever is asked says yes.
 */
const OWNER = 'acme';
export const REPO = 'acme/shop';
export const BOT = 'reeve-machine';
const SECRET = ['of', 'the', 'webhooks', 'alone'].join('-');
const WAIT_MS = 5 * 60_000;
/** As many issues as there are files. */
const PARTS = Array.from({ length: 30 }, (_, at) => `part${at + 1}`);
const MENDED = '// mended';

const fileOf = (part: string): string => `src/${part}.js`;
const titleOf = (part: string): string => `Totals of ${part} have fractions`;
const SKILLS = {
  otherwise: [{ answer: { summary: 'It does what was asked.', findings: [], checklist: [], focus: [] } }],
  skills: PARTS.flatMap((part) => [
    {
      name: `mend ${part}`,
      match: { all: ["repository's own CI are red", `${part}.test.js expected 2.35`] },
      steps: [{ append: fileOf(part), content: `${MENDED}\n` }],
    },
    { name: `round ${part}`, match: { all: [titleOf(part)] }, steps: [{ append: fileOf(part), content: 'export const rounded = true;\n' }] },
  ]),
};

export interface GithubStory {
  github: FakeGithub;
  /** Null: it died at its fault point before it was ready. */
  start(crashAt?: string): Promise<ServerProcess | null>;
  /** Labels the next issue; answers its number. */
  open(): Promise<number>;
  /** Says yes to whatever is asked until all issues are merged (true) or the server has ended (false). */
  drive(server: ServerProcess): Promise<boolean>;
  client(server: ServerProcess): ApiClient;
  query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
  lastWords(): string;
  close(): Promise<void>;
}

export async function beginGithubStory(): Promise<GithubStory> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-github-chaos-'));
  const at = { dataDir: path.join(folder, 'data'), configFile: path.join(folder, 'reeve.yaml'), logFile: path.join(folder, 'servers.log') };
  const github = await startFakeGithub();
  const token = github.addUser(BOT);
  const files = Object.fromEntries([
    ['package.json', '{ "type": "module" }\n'],
    ...PARTS.map((part) => [fileOf(part), `export const ${part} = 1;\n`]),
  ]) as Record<string, string>;
  await github.addRepository({ owner: OWNER, name: 'shop', files, collaborators: { ada: 'maintain', [BOT]: 'write' }, labels: ['AI-Ready'] });
  github.ci(({ dir }) => {
    const red = PARTS.filter((part) => /rounded/.test(read(dir, part)) && !read(dir, part).includes(MENDED));
    return [
      red.length === 0
        ? { name: 'test', conclusion: 'success' }
        : { name: 'test', conclusion: 'failure', log: red.map((part) => `##[error]${part}.test.js expected 2.35`).join('\n') },
    ];
  });
  const hook = github.deliverTo({ url: 'http://127.0.0.1:9/webhooks/github', secret: SECRET });
  writeFileSync(path.join(folder, 'skills.json'), JSON.stringify(SKILLS));
  writeFileSync(at.configFile, configuration(folder, github, token));
  const database = await createTestDatabase({ max: 2 });
  const { pool } = database;
  const servers: ServerProcess[] = [];
  const issues: number[] = [];
  let decider = '';

  const made: GithubStory = {
    github,
    async start(crashAt) {
      const server = await startServerProcess({ ...at, env: { REEVE_DATABASE_URL: database.url }, ...(crashAt === undefined ? {} : { crashAt }) });
      if (server === null) return null;
      servers.push(server);
      hook.url = `${server.url}/webhooks/github`;
      return server;
    },
    async open() {
      const part = PARTS[issues.length];
      if (part === undefined) throw new Error('There are no more parts.');
      const body = `The total in \`${fileOf(part)}\` has fractions of a cent. Round it in ${fileOf(part)}.\n\n## Acceptance\n- totals have no fractions`;
      const { number } = await github.as('ada').openIssue(REPO, { title: titleOf(part), body });
      issues.push(number);
      await github.as('ada').label(REPO, number, 'AI-Ready');
      return number;
    },
    async drive(server) {
      const manager = createApiClient({ url: server.url, token: decider });
      for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; await delay(150)) {
        if (server.ending() !== null) return false;
        try {
          const known = await made.client(server).all<{ number: number | null; state: string; state_reason: string | null }>('/v1/issues');
          const ends = issues.map((number) => known.find((issue) => issue.number === number));
          for (const end of ends)
            if (end !== undefined && ['declined', 'failed', 'duplicate'].includes(end.state))
              throw new Error(`An issue ended as ${JSON.stringify(end)}.`);
          if (ends.every((end) => end?.state === 'merged') && (await settled())) return true;
          await approvePending(manager, () => true, 'Sample decision of the chaos test.');
        } catch (error) {
          // A request may meet the server's death; anything else is the test's business.
          if (!(await endsSoon(server))) throw error;
        }
      }
      const refused = github.journal.requests.filter(({ status }) => status >= 400).slice(-10);
      throw new Error(
        [`It did not come to its end: ${made.lastWords()}`, ...github.journal.lines(), ...refused.map((line) => JSON.stringify(line))].join('\n'),
      );
    },
    client: (server) => createApiClient(server),
    query: async <Row extends pg.QueryResultRow>(text: string) => (await pool.query<Row>(text)).rows,
    lastWords: () => lastWords(at.logFile),
    async close() {
      for (const server of servers.splice(0)) await server.end('SIGKILL');
      await database.close();
      await github.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  /** What comes after a merge (branches, checklists, records) is over as well. */
  async function settled(): Promise<boolean> {
    const [left] = await made.query<{ left: number }>(`select (select count(*) from actions where status in ('pending', 'approved', 'executing'))::int
      + (select count(*) from outbox where delivered_at is null)::int
      + (select count(*) from dbos.workflow_status where status in ('PENDING', 'ENQUEUED') and name like 'delivery.%')::int as left`);
    return left?.left === 0;
  }
  try {
    decider = await makePeople(made);
  } catch (error) {
    await made.close();
    throw error;
  }
  return made;
}

const read = (dir: string, part: string): string => readFileSync(path.join(dir, fileOf(part)), 'utf8');

async function endsSoon(server: ServerProcess): Promise<boolean> {
  for (let looks = 0; looks < 20 && server.ending() === null; looks += 1) await delay(50);
  return server.ending() !== null;
}

/** A maintainer who decides; answers their token. */
async function makePeople(made: GithubStory): Promise<string> {
  const server = await made.start();
  if (server === null) throw new Error(`It did not start: ${made.lastWords()}`);
  const admin = made.client(server);
  await admin.post('/v1/people', { handle: 'mona', name: 'Mona', role: 'maintainer' });
  const { token } = await admin.post<{ token: string }>('/v1/tokens', { name: 'decider', role: 'maintainer', person: 'mona' });
  await server.end('SIGTERM');
  return token;
}

function configuration(folder: string, github: FakeGithub, token: string): string {
  const command = [process.execPath, path.resolve(import.meta.dirname, '../../src/demo/agent.ts'), '--skills', path.join(folder, 'skills.json')];
  const pal = { harness: 'acp', command, sandbox: 'none', limits: { wall_minutes: 2, idle_minutes: 1, cost_usd: 0 } };
  return stringify({
    agents: { pal },
    roles: { coder: 'pal', reviewer: 'pal' },
    projects: { shop: { repo: REPO, sandbox: 'none' } },
    github_api_url: github.apiUrl,
    github_git_url: github.gitUrlTemplate,
    github_token: token,
    github_webhook_secret: [SECRET],
    repo_allowlist: ['acme/*'],
    github_write_interval_ms: 0,
  });
}

/** Nothing lost and nothing twice: asked of GitHub's own journal, of the database and of the ledger. */
export async function expectEachOnce(story: GithubStory, server: ServerProcess): Promise<void> {
  const { github } = story;
  await github.settled();
  const own = github.journal.effects.filter(({ by }) => by === BOT);
  expect(own.length).toBeGreaterThan(0);
  const told = own.filter(({ kind }) => !kind.endsWith('.edited')).map(({ kind, subject, detail }) => `${kind} ${subject} ${detail}`);
  expect(told.filter((line, at) => told.indexOf(line) !== at)).toEqual([]);
  // An edit that says what stands there already is one too many.
  const writes = github.journal.requests.filter(({ who, method, status }) => who === BOT && method === 'PATCH' && status < 300);
  const edits = writes.map(({ path: target, body }) => `${target} ${JSON.stringify(body)}`);
  expect(edits.filter((line, at) => at > 0 && edits[at - 1] === line)).toEqual([]);
  for (const pull of own.filter(({ kind }) => kind === 'pull.created'))
    expect(own.filter(({ kind, subject }) => kind === 'pull.merged' && subject === pull.subject)).toHaveLength(1);
  expect([github.violations, github.errors]).toEqual([[], []]);

  expect(await story.client(server).get('/v1/ledger/verify')).toMatchObject({ verified: true });
  const unreceipted = await story.query(`
    select a.id, a.kind, a.status, count(r.action_id)::int as receipts from actions a left join action_receipts r on r.action_id = a.id and r.digest = a.digest
    group by a.id having count(r.action_id) <> case when a.status = 'executed' then 1 else 0 end`);
  expect(unreceipted).toEqual([]);
  const unrecorded = await story.query(`
    select a.id, a.kind from actions a left join ledger_entries l on l.kind = 'action.executed' and l.subject = a.id
    where a.status = 'executed' group by a.id having count(l.seq) <> 1`);
  expect(unrecorded).toEqual([]);
}
