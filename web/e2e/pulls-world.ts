import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConsoleBench } from './kit.ts';

const REPO = 'acme/shop';
const HASH = 'a'.repeat(64);
const ID = '01JABCDEFGHJKMNPQRSTVWXYZ';

/** Id of the pull request of a number. */
export const pullId = (number: number): string => `pull_${ID}${number % 10}`;

const CART = `export function add(cart, quantity) {
  return [...cart, quantity];
}
`;

/**
 * Pull requests in the states that a page shows, as rows: getting there by agents would take minutes. 101: an agent's, reviewed, its merge asked for ·
 * 102: a person's, not reviewed · 103: an agent's with red checks · 104: a bot's, approved · 105: merged.
 */
export async function createPullsWorld(bench: ConsoleBench): Promise<void> {
  const project = await bench.api.post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Web shop' });
  await bench.api.post('/v1/local/repositories', { project_id: project.id, name: REPO, files: { 'src/cart.js': CART, 'readme.md': '# Shop\n' } });
  const head = pushBranch(path.join(bench.folder, '.reeve'));
  for (const [handle, role] of [
    ['zoe', 'maintainer'],
    ['ada', 'developer'],
  ] as const)
    await bench.as(handle, role);
  const [repository] = await bench.sql('select id from repositories where name = $1', [REPO]);
  const at = await createSeeder(bench, { projectId: project.id, repositoryId: String(repository?.['id']), head });
  await at.issue(7, 'The cart takes negative quantities');
  await at.issue(9, 'Totals are rounded twice');
  await at.pull(101, { title: 'Refuse negative quantities', branch: 'ai-7', issue: 7, hours: 30 });
  await at.pull(102, { title: 'Faster search over all articles of the catalogue', branch: 'search', author: 'mia', hours: 50 });
  await at.pull(103, { title: 'Round totals once', branch: 'ai-9', issue: 9, hours: 20, sha: 'b'.repeat(40) });
  await at.pull(104, {
    title: 'Bump left-pad from 1.0.0 to 1.3.0',
    branch: 'renovate/left-pad',
    author: 'renovate[bot]',
    hours: 70,
    sha: 'c'.repeat(40),
  });
  await at.pull(105, { title: 'Say hello in the readme', branch: 'hello', author: 'leo', hours: 200, state: 'merged', sha: 'd'.repeat(40) });
  await reviewed(at);
  await at.suggested(102, ['ada', 'zoe'], 49);
  await at.check(103, 'unit tests', 'failure');
  await at.check(103, 'lint', 'success');
  await at.event(104, 'pull.reviewed', 60, { actor: 'ada', review: { id: 'r4', author: 'ada', verdict: 'approved', body: 'Fine with me.' } });
}

/** 101: two findings of an agent, a person's remark, green checks, and the merge that waits for maintainers. */
async function reviewed(at: Seeder): Promise<void> {
  await at.event(101, 'pull.discussed', 28, {
    actor: 'mia',
    number: 101,
    comment: { id: 'c1', author: 'mia', body: 'Does this hold for zero as well?', created_at: at.ago(28) },
  });
  await at.check(101, 'unit tests', 'success');
  await at.check(101, 'lint', 'success');
  await at.verdict(101, 'green');
  await at.review(101, [
    {
      key: 'F1',
      severity: 'major',
      state: 'open',
      path: 'src/cart.js',
      line: 2,
      what: 'Zero is let through.',
      why: 'The issue names zero as well.',
      suggestion: 'Compare with <= 0.',
    },
    {
      key: 'F2',
      severity: 'minor',
      state: 'open',
      path: null,
      line: null,
      what: 'There is no test for it.',
      why: 'Nothing keeps it from coming back.',
      suggestion: null,
    },
  ]);
  await at.suggested(101, ['zoe'], 25);
  await at.askMerge(101, 7, 3);
}

type Seeder = Awaited<ReturnType<typeof createSeeder>>;

async function createSeeder(bench: ConsoleBench, of: { projectId: string; repositoryId: string; head: string }) {
  const { projectId, repositoryId, head } = of;
  const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
  const shas = new Map<number, string>();
  const issueId = (number: number): string => `iss_${ID}${number}`;
  let events = 0;
  const seeder = {
    ago,
    issue: async (number: number, title: string) => {
      await bench.sql(
        "insert into work_items (id, project_id, repository_id, source, external_id, number, title, state) values ($1, $2, $3, 'local', $4, $5, $6, 'in_review')",
        [issueId(number), projectId, repositoryId, `x${number}`, number, title],
      );
      await bench.sql(
        "insert into stories (work_item_id, generation, workflow_id, kind, started_by, started_at) values ($1, 1, $2, 'issue', 'person:ada', $3)",
        [issueId(number), `wf_${number}`, ago(48)],
      );
    },
    async pull(
      number: number,
      {
        title,
        branch,
        issue,
        author = 'reeve',
        hours,
        state = 'open',
        sha = head,
      }: {
        title: string;
        branch: string;
        issue?: number;
        author?: string;
        hours: number;
        state?: string;
        sha?: string;
      },
    ) {
      shas.set(number, sha);
      await bench.sql(
        `insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, false, $8, 'main', $9, 'http://localhost/pull', $10)`,
        [pullId(number), issue === undefined ? null : issueId(issue), projectId, repositoryId, number, title, state, branch, sha, ago(hours)],
      );
      await seeder.event(number, 'pull.opened', hours, { actor: author, pull: { author, head_sha: sha } });
    },
    async event(number: number, kind: string, hours: number, more: object) {
      events += 1;
      const document = { kind, repo: { forge: 'local', name: REPO }, occurred_at: ago(hours), ...more };
      await bench.sql(
        `insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at)
         values ($1, 'local', $1, $2, 'local', $3, $4, $5, $6)`,
        [`evt_seed_${events}`, kind, REPO, number, JSON.stringify(document), ago(hours)],
      );
    },
    check: (number: number, name: string, conclusion: string) =>
      bench.sql(
        `insert into ci_results (id, project_id, repository_id, head_sha, name, source, conclusion, duration_ms, summary)
         values ($1, $2, $3, $4, $5, 'reeve', $6, 4200, $7)`,
        [
          `ci_seed_${number}_${name}`,
          projectId,
          repositoryId,
          shas.get(number),
          name,
          conclusion,
          conclusion === 'failure' ? '2 of 48 tests failed.' : '',
        ],
      ),
    verdict: (number: number, verdict: string) =>
      bench.sql('insert into ci_verdicts (pull_id, head_sha, verdict, at) values ($1, $2, $3, $4)', [
        pullId(number),
        shas.get(number),
        verdict,
        ago(27),
      ]),
    review: (number: number, findings: readonly object[]) =>
      bench.sql(
        `insert into reviews (id, pull_id, run_id, head_sha, reviewer, parsed, summary, findings, checklist, focus, created_at)
         values ($1, $2, $1, $3, 'critic', true, 'Small and clear. One case is missing.', $4, '[]', '[]', $5)`,
        [`rev_${ID}${number % 10}`, pullId(number), shas.get(number), JSON.stringify(findings), ago(26)],
      ),
    suggested: (number: number, handles: readonly string[], hours: number) =>
      bench.sql('insert into reviewer_suggestions (pull_id, project_id, head_sha, handles, answer, decided_at) values ($1, $2, $3, $4, $5, $6)', [
        pullId(number),
        projectId,
        shas.get(number),
        handles,
        JSON.stringify({
          suggested: handles.map((handle) => ({ handle, login: handle, score: 80, reasons: ['changed these files last week'] })),
          passedOver: [],
          detail: '',
        }),
        ago(hours),
      ]),
    async askMerge(number: number, issue: number, hours: number) {
      const record = { kind: 'pr.merge', target: { forge: 'local', repo: REPO, number, branch: 'main' }, args: { number } };
      const values = [`act_${ID}1`, HASH, JSON.stringify(record), issueId(issue), projectId, ago(hours), ago(-90)];
      await bench.sql(
        `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, work_item_id, project_id, created_at, expires_at)
         values ($1, 'seed', $2, 'pr.merge', $3, $2, 'pending', '{}', '{}', $4, $5, $6, $7)`,
        values,
      );
      await bench.sql(
        `insert into approvals (id, digest, mode, approvers, needed, created_at, expires_at) values ($1, $2, 'require_approval', '{maintainer}', 1, $3, $4)`,
        [`act_${ID}1`, HASH, ago(hours), ago(-90)],
      );
    },
  };
  return seeder;
}

/** The branches that two of them have; answers their head. */
function pushBranch(dataDir: string): string {
  const bare = findFolder(dataDir, `${path.basename(REPO)}.git`);
  const work = mkdtempSync(path.join(tmpdir(), 'reeve-pulls-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Rita', '-c', 'user.email=rita@example.com', ...args], { cwd: work, encoding: 'utf8' }).trim();
  try {
    git('clone', '--quiet', bare, '.');
    git('checkout', '--quiet', '-b', 'ai-7');
    writeFileSync(path.join(work, 'src/cart.js'), CART.replace('  return', '  if (quantity < 0) throw new RangeError(quantity);\n  return'));
    git('commit', '--quiet', '-am', 'Refuse negative quantities');
    git('push', '--quiet', 'origin', 'ai-7', 'ai-7:search');
    return git('rev-parse', 'HEAD');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function findFolder(below: string, name: string): string {
  const found = readdirSync(below, { recursive: true, withFileTypes: true }).find((entry) => entry.isDirectory() && entry.name === name);
  if (found === undefined) throw new Error(`There is no folder ${name} below ${below}.`);
  return path.join(found.parentPath, found.name);
}
