import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../src/cli/api/client.ts';
import type { ConsoleBench } from './kit.ts';

const root = path.resolve(import.meta.dirname, '../..');
export const REPO = 'acme/shop';
const SUM = 'lines.reduce((sum, line) => sum + line.price, 0)';

export interface WorkWorld {
  /** Contents of `reeve.yaml`. */
  config: object;
  /** Lets agents that wait go on. */
  open(): void;
  end(): void;
}

/** An agent that rounds totals once it is let, and one task at which it works for ever. */
export function createWorkWorld(): WorkWorld {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-work-'));
  const gate = path.join(folder, 'gate');
  const wait = (file: string) => ({ run: `until [ -e ${file} ]; do sleep 0.1; done`, timeoutMs: 120_000 });
  const skills = {
    skills: [
      { name: 'for ever', match: { all: ['Slow totals of large carts'] }, steps: [wait(path.join(folder, 'never'))] },
      {
        name: 'round',
        match: { all: ['Totals have fractions'] },
        steps: [wait(gate), { edit: 'src/cart.js', edits: [{ search: SUM, replace: `Math.round(${SUM})` }] }],
      },
    ],
  };
  const file = path.join(folder, 'skills.json');
  writeFileSync(file, JSON.stringify(skills));
  const pen = { command: [process.execPath, path.join(root, 'src/demo/agent.ts'), '--skills', file], sandbox: 'none', limits: { wall_minutes: 5 } };
  return {
    config: { agents: { pen }, roles: { coder: 'pen' } },
    open: () => {
      if (!existsSync(gate)) writeFileSync(gate, '');
    },
    end: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The shop with its repository on the embedded forge; answers the id of its project. */
export async function makeShop(bench: ConsoleBench): Promise<string> {
  const project = await bench.api.post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Shop', settings: { sandbox: 'none' } });
  const cart = `export function total(lines) {\n  return ${SUM};\n}\n`;
  await bench.api.post('/v1/local/repositories', { project_id: project.id, name: REPO, files: { 'src/cart.js': cart } });
  return project.id;
}

/** As different as issues are: what is alike is closed as a duplicate. */
const BODIES: Readonly<Record<string, string>> = {
  'Totals have fractions':
    'The total in `src/cart.js` has fractions of a cent. Round it in src/cart.js.\n\n## Acceptance\n- totals have no fractions of a cent',
  'Slow totals of large carts':
    'A cart of a thousand lines takes seconds in `src/cart.js`; customers wait at the till.\n\n## Acceptance\n- a thousand lines take less than ten milliseconds',
  'Name the currency':
    'Feature: `src/cart.js` should answer an amount with its currency, so that receipts abroad can be read.\n\n## Acceptance\n- an amount is shown with its currency',
};

/** Opens an issue that hands itself over; answers its id. */
export async function openIssue(by: ApiClient, title: string): Promise<string> {
  const { number } = await by.post<{ number: number }>('/v1/local/issues', {
    repository: REPO,
    title,
    body: BODIES[title],
    labels: ['AI-Ready'],
  });
  return until(`issue #${number}`, async () => (await by.all<{ id: string }>('/v1/issues', { number }))[0]?.id);
}

/** Says yes to what waits for this issue, as soon as it waits. */
export async function approve(by: ApiClient, issueId: string, kind: string): Promise<void> {
  const waiting = await until(`${kind} of ${issueId}`, async () => {
    const actions = await by.all<{ id: string; kind: string; digest: string }>('/v1/actions', { work_item: issueId, status: 'pending', kind });
    return actions[0];
  });
  await by.post(`/v1/approvals/${waiting.id}/decision`, { decision: 'approve', digest: waiting.digest, confirm: REPO });
}

export async function until<T>(what: string, found: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(150)) {
    const answer = await found();
    if (answer !== undefined) return answer;
  }
  throw new Error(`It never came to this: ${what}.`);
}

const limits = { files: 5, context_tokens: 20_000 };
const task = (key: string, title: string, scope: string, depends_on: string[]) => ({
  key,
  title,
  description: title,
  role: 'coder',
  scope: [scope],
  depends_on,
  acceptance: ['a1'],
  estimate: 'S',
  checks: [],
  limits,
});

/** Four tasks: the third waits for the first two. */
export const PLAN = {
  version: 1,
  story: 'The cart shows whole cents everywhere.',
  acceptance: [{ id: 'a1', text: 'No fraction of a cent is shown.' }],
  tasks: [
    task('t1', 'Round the total', 'src/cart.js', []),
    task('t2', 'Round the tax', 'src/tax.js', []),
    task('t3', 'Show both on the receipt', 'src/receipt.js', ['t1', 't2']),
    task('t4', 'Name the currency of the total', 'src/currency.js', []),
  ],
  risks: [{ text: 'Old receipts differ by a cent.', severity: 'low' }],
  dependencies: [],
  estimate: 'M',
};

/** A story of so many results of checks, a minute apart, the newest now; answers the id of the first. */
export async function seedStory(
  bench: ConsoleBench,
  at: { projectId: string; repositoryId: string; issueId: string },
  count: number,
): Promise<string> {
  const [first] = await bench.sql(
    `insert into ci_results (id, project_id, repository_id, work_item_id, head_sha, name, source, conclusion, created_at)
     select 'ci_00' || lpad(n::text, 24, '0'), $1, $2, $3, repeat('a', 40), 'check ' || n, 'reeve', 'success', now() - make_interval(mins => $4 - n)
     from generate_series(1, $4) n returning id`,
    [at.projectId, at.repositoryId, at.issueId, count],
  );
  return String(first?.['id']);
}

/** Ten thousand issues at once, which the API would take minutes for. */
export async function seedMany(bench: ConsoleBench, projectId: string, count: number): Promise<void> {
  await bench.sql(
    `insert into work_items (id, project_id, source, external_id, number, title, body, type, state, priority, size, labels, created_at, updated_at)
     select 'iss_00' || lpad(n::text, 24, '0'), $1, 'import', n::text, 100000 + n, 'Imported issue ' || n,
       'The receipt of order ' || md5(n::text) || ' is wrong.', (array['bug', 'feature', 'docs', 'chore'])[1 + n % 4],
       (array['new', 'triaged', 'in_progress', 'merged'])[1 + n % 4], (array['P0', 'P1', 'P2', 'P3'])[1 + n % 4],
       (array['S', 'M', 'L'])[1 + n % 3], array['import'], now() - interval '30 days', now() - interval '30 days'
     from generate_series(1, $2) n`,
    [projectId, count],
  );
}
