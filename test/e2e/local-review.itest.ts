import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import type { Local } from '#cli/local.ts';
import { runCli } from '#cli/program.ts';
import { serve, type ServeProcess } from '../kit/reeve.ts';

/* The same on the embedded forge: one review by an agent, a person's remark, and its mending asked for over HTTP. */
const REPO = 'acme/shop';
const AT = `/v1/local/repositories/${REPO}`;
const MINUTE_MS = 60_000;
const SUM = 'lines.reduce((sum, line) => sum + line.price, 0)';

const CODER = {
  skills: [
    {
      name: 'remarks of reviews',
      match: { all: ['have these open remarks', 'Why is it rounded at all?'] },
      steps: [
        { edit: 'src/cart.js', edits: [{ search: 'export function', replace: '// whole cents only\nexport function' }] },
        { answer: 'T1 open: it is meant so\nT2 done: the reason stands there' },
      ],
    },
    {
      name: 'round',
      match: { all: ['Totals have fractions'] },
      steps: [{ edit: 'src/cart.js', edits: [{ search: SUM, replace: `Math.round(${SUM})` }] }],
    },
  ],
};
const finding = { severity: 'major', path: 'src/cart.js', line: 2, what: 'It may lose a cent.', why: 'It rounds.', suggestion: '' };
const REVIEWER = {
  skills: [
    {
      name: 'look',
      match: { all: ['The change to review'] },
      steps: [{ answer: { summary: 'Seen.', findings: [finding], checklist: [], focus: [] } }],
    },
  ],
};

let folder: string;
let server: ServeProcess;
let api: ApiClient;
const as = new Map<string, ApiClient>();
const tokens = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'reeve-local-review-'));
  const agent = (name: string, skills: object) => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(skills));
    return {
      harness: 'acp',
      command: [process.execPath, path.resolve(import.meta.dirname, '../../src/demo/agent.ts'), '--skills', file],
      sandbox: 'none',
      limits: { wall_minutes: 2, idle_minutes: 1, cost_usd: 0 },
    };
  };
  const agents = { coder: agent('coder', CODER), critic: agent('critic', REVIEWER) };
  writeFileSync(path.join(folder, 'reeve.yaml'), stringify({ agents, roles: { coder: 'coder', reviewer: 'critic' } }));
  server = await serve({ cwd: folder });
  api = createApiClient(server);
  for (const [handle, role] of Object.entries({ ada: 'maintainer', mona: 'maintainer' })) {
    await api.post('/v1/people', { handle, name: handle, role });
    const { token } = await api.post<{ token: string }>('/v1/tokens', { name: handle, role, person: handle });
    tokens.set(handle, token);
    as.set(handle, createApiClient({ ...server, token }));
  }
}, 2 * MINUTE_MS);
afterAll(async () => {
  await server?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, MINUTE_MS);

async function until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await delay(150)) {
    const answer = await found();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`It never came to this: ${what}.\n${JSON.stringify(await api.all('/v1/issues'))}`);
}

interface Waiting {
  id: string;
  kind: string;
  digest: string;
  record: { preconditions: { head_sha: string | null }; target: { number: number | null } };
}
const waiting = async (kind: string): Promise<Waiting | undefined> => {
  const one = (await api.all<{ id: string; kind: string }>('/v1/approvals', { status: 'pending' })).find((each) => each.kind === kind);
  return one === undefined ? undefined : { ...(await api.get<Waiting>(`/v1/approvals/${one.id}`)), ...one };
};
const by = (handle: string): ApiClient => as.get(handle) ?? api;
const approve = async ({ id, digest }: Waiting) => by('mona').post(`/v1/approvals/${id}/decision`, { decision: 'approve', digest, confirm: REPO });

interface Reviews {
  items: Array<{ id: string; author: string; verdict: string; body: string; head_sha: string }>;
  threads: Array<{ path: string; line: number; resolved: boolean; comments: Array<{ author: string; body: string }> }>;
}
async function reeve(handle: string, ...args: string[]): Promise<unknown> {
  const said: string[] = [];
  const local = { version: '0', findServer: () => Promise.resolve({ url: server.url, token: tokens.get(handle) }) } as unknown as Local;
  const code = await runCli([...args, '--json'], local, { out: (text) => said.push(text), err: (text) => said.push(text), interactive: false });
  if (code !== 0) throw new Error(`${code}: ${said.join('\n')}`);
  return JSON.parse(said.join('\n'));
}
const firstLine = (body: string) => body.split('\n')[0] ?? '';

it(
  'a review by an agent is one, edited from head to head; what a person remarks is mended on demand, answered and ended',
  { timeout: 5 * MINUTE_MS },
  async () => {
    const project = await api.post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Shop', settings: { sandbox: 'none' } });
    const cart = `export function total(lines) {\n  return ${SUM};\n}\n`;
    await api.post('/v1/local/repositories', { project_id: project.id, name: REPO, files: { 'src/cart.js': cart } });
    const body =
      'The total in `src/cart.js` has fractions of a cent. Round it in src/cart.js.\n\n## Acceptance\n- totals have no fractions of a cent';
    await by('ada').post('/v1/local/issues', { repository: REPO, title: 'Totals have fractions', body, labels: ['AI-Ready'] });

    await approve(await until('the plan waits', () => waiting('plan.approve')));
    const merge = await until('the merge waits', () => waiting('pr.merge'));
    const number = merge.record.target.number ?? 0;
    const reviews = () => api.get<Reviews>(`${AT}/pulls/${number}/reviews`);
    const first = await reviews();
    expect(first.items.map(({ author, verdict, head_sha }) => [author, verdict, head_sha])).toEqual([
      ['reeve', 'commented', merge.record.preconditions.head_sha],
    ]);
    expect(first.threads.map(({ path: at, line, comments }) => `${at}:${line} ${firstLine(comments[0]?.body ?? '')}`)).toEqual([
      'src/cart.js:2 **major** (F1): It may lose a cent.',
    ]);

    const astray = { verdict: 'commented', comments: [{ path: 'src/cart.js', line: 99, body: 'x' }] };
    await expect(by('mona').post(`${AT}/pulls/${number}/reviews`, astray)).rejects.toMatchObject({ code: 'line_not_in_diff' });
    const remark = { path: 'src/cart.js', line: 2, body: 'Why is it rounded at all?' };
    await by('mona').post(`${AT}/pulls/${number}/reviews`, { verdict: 'commented', comments: [remark] });
    const [pull] = await api.all<{ id: string }>('/v1/pulls');
    await by('mona').post(`/v1/pulls/${pull?.id ?? ''}/fix`, { what: 'reviews' });
    await expect(by('ada').post(`/v1/pulls/${pull?.id ?? ''}/fix`, { what: 'conflict' })).rejects.toMatchObject({ code: 'fix_under_way' });

    const next = await until('the merge of a new head waits', async () => {
      const waits = await waiting('pr.merge');
      return waits !== undefined && waits.id !== merge.id && waits;
    });
    expect(next.record.preconditions.head_sha).not.toBe(merge.record.preconditions.head_sha);
    const after = await reviews();
    expect(after.items.filter(({ author }) => author === 'reeve').map(({ id }) => id)).toEqual(first.items.map(({ id }) => id));
    expect(after.items[0]?.body).toContain((next.record.preconditions.head_sha ?? '').slice(0, 10));
    expect(
      after.threads.map(({ resolved, comments }) => [
        resolved,
        ...comments.slice(1).map((one) => firstLine(one.body).replace(/`[0-9a-f]{10}`/, 'HEAD')),
      ]),
    ).toEqual([
      [false, 'Left open by the agent in HEAD. it is meant so'],
      [true, 'Done in HEAD. the reason stands there'],
    ]);

    // What is left open is answered and ended by hand.
    const open = (await reeve('ada', 'pulls', 'conversations', pull?.id ?? '', '--open')) as { items: Array<{ id: string }> };
    expect(open.items).toHaveLength(1);
    const named = [pull?.id ?? '', open.items[0]?.id ?? ''];
    await reeve('ada', 'pulls', 'reply', ...named, 'Then it may stay.');
    await reeve('ada', 'pulls', 'resolve', ...named);
    const ended = await until('the answer and the end are on the forge', async () => {
      const [thread] = (await reviews()).threads;
      return thread?.resolved === true && thread.comments.length === 3 && thread;
    });
    expect(ended.comments[2]?.body).toContain('Then it may stay.\n\n*Written in Reeve by ada.*');

    await approve(next);
    await until('it is merged', async () => (await api.all<{ state: string }>('/v1/issues'))[0]?.state === 'merged');
    expect(await api.get('/v1/ledger/verify')).toMatchObject({ verified: true });
  },
);
