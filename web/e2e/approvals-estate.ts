import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { ApiClient } from '../../src/cli/api/client.ts';
import type { ConsoleBench } from './kit.ts';

/** What the approvals of the tests are about: a shop with a few issues and a branch that changes it. */
export interface ApprovalEstate {
  repo: string;
  /** Head of the branch. */
  head: string;
  /** Proposes closing an issue, which any developer may decide. */
  close(by: ApiClient, title: string, comment?: string): Promise<Proposed>;
  /** Proposes a pull request of the branch, whose files can be looked at. */
  openPull(by: ApiClient): Promise<Proposed>;
  /** Proposes the merge of a pull request: high risk. */
  merge(by: ApiClient, number: number, head: string): Promise<Proposed>;
  propose(by: ApiClient, body: object): Promise<Proposed>;
  statusOf(id: string): Promise<string>;
}

export interface Proposed {
  id: string;
  digest: string;
  /** Number of the issue. */
  number: number;
}

export const BRANCH = 'work';

export async function createApprovalEstate(bench: ConsoleBench): Promise<ApprovalEstate> {
  const { api } = bench;
  const repo = 'acme/shop';
  const project = await api.post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Web shop' });
  await api.post('/v1/local/repositories', { project_id: project.id, name: repo, files: FILES });
  const head = pushBranch(path.join(bench.folder, '.reeve'), repo);
  const estate: ApprovalEstate = {
    repo,
    head,
    async close(by, title, comment) {
      const { number } = await api.post<{ number: number }>('/v1/local/issues', { repository: repo, title });
      const args = { reason: 'duplicate', ...(comment === undefined ? {} : { comment }) };
      return { ...(await estate.propose(by, { kind: 'issue.close', target: { forge: 'local', repo, number }, args })), number };
    },
    openPull: (by) =>
      estate.propose(by, {
        kind: 'pr.create',
        target: { forge: 'local', repo },
        args: { title: 'Sum with tax', body: 'Adds **tax** to the sum.', head_branch: BRANCH, base_branch: 'main', labels: ['enhancement'] },
      }),
    merge: (by, number, head) =>
      estate.propose(by, {
        kind: 'pr.merge',
        target: { forge: 'local', repo, number, branch: 'main' },
        args: { message: `Sum with tax (#${number})` },
        preconditions: { head_sha: head },
      }),
    async propose(by, body) {
      const made = await by.post<{ action_id: string; digest: string; status: string }>('/v1/actions/propose', body);
      expect(made.status).toBe('pending');
      return { id: made.action_id, digest: made.digest, number: 0 };
    },
    statusOf: async (id) => (await api.get<{ status: string }>(`/v1/approvals/${id}`)).status,
  };
  return estate;
}

const SUM = `/** Sum of the prices, in cents. */
export function sum(prices) {
  let total = 0;
  for (const price of prices) total += price;
  return total;
}
`;

const FILES: Readonly<Record<string, string>> = {
  'readme.md': '# Shop\n\nA small shop.\n',
  'src/sum.js': SUM,
  'src/old-name.js': 'export const VAT = 19;\n'.repeat(12),
  'src/gone.js': 'export {};\n',
  'package.json': '{ "name": "shop", "type": "module" }\n',
};

/** A branch one commit ahead: a changed, a new, a renamed, a removed, a long, a protected file, and one that hides something. Answers its commit. */
function pushBranch(dataDir: string, repo: string): string {
  const bare = findFolder(dataDir, `${path.basename(repo)}.git`);
  const work = mkdtempSync(path.join(tmpdir(), 'reeve-branch-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Rita', '-c', 'user.email=rita@example.com', ...args], { cwd: work, stdio: 'pipe' });
  try {
    git('clone', '--quiet', bare, '.');
    git('checkout', '--quiet', '-b', BRANCH);
    writeFileSync(
      path.join(work, 'src/sum.js'),
      SUM.replace('sum(prices) {', 'sum(prices, tax = 0) {').replace('return total;', 'return Math.round(total * (1 + tax));'),
    );
    writeFileSync(path.join(work, 'src/tax.js'), 'export const TAX = 0.19;\nexport const NAME = "v\u200Bat";\n');
    git('mv', 'src/old-name.js', 'src/new-name.js');
    git('rm', '--quiet', 'src/gone.js');
    writeFileSync(path.join(work, 'prices.csv'), Array.from({ length: 9000 }, (_, nr) => `article ${nr},${nr * 7}\n`).join(''));
    execFileSync('mkdir', ['-p', path.join(work, '.github/workflows')]);
    writeFileSync(path.join(work, '.github/workflows/ci.yml'), 'on: push\n');
    git('add', '--all');
    git('commit', '--quiet', '-m', 'Sum with tax');
    git('push', '--quiet', 'origin', BRANCH);
    return git('rev-parse', 'HEAD').toString().trim();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function findFolder(below: string, name: string): string {
  const found = readdirSync(below, { recursive: true, withFileTypes: true }).find((entry) => entry.isDirectory() && entry.name === name);
  if (found === undefined) throw new Error(`There is no folder ${name} below ${below}.`);
  return path.join(found.parentPath, found.name);
}
