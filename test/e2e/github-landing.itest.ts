import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FakeGithub } from '../fakes/github/index.ts';
import { LONG } from '../kit/long.ts';
import { BOT, COLLABORATORS, startStories, type Stories } from '../kit/github-stories.ts';

/*
 * What lies around a merge on GitHub: a flaky check is run again and costs no agent's try, GitHub's own queue merges, what landed is tidied up, and
 * a landing that turns the default branch red is taken back by a pull request that a person decided about.
 */
const MINUTE_MS = 60_000;
/** Merged by GitHub's queue; its CI fails now and then for no reason. */
const QUEUED = 'acme/queued';
/** Merged by Reeve's own; what lands there breaks something that only the default branch's CI finds. */
const PLAIN = 'acme/plain';

const FILES: Record<string, string> = {
  'package.json': '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module" }\n',
  'src/cart.js': 'export function total(lines) {\n  return lines.reduce((sum, line) => sum + line.price, 0);\n}\n',
  'test/cart.test.js':
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { total } from '../src/cart.js';\n\ntest('an empty cart costs nothing', () => assert.equal(total([]), 0));\n",
  '.github/workflows/ci.yml': 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: node --test\n',
};
const ISSUE = {
  title: 'Totals have fractions',
  body: 'The total in `src/cart.js` has fractions of a cent. Round it to whole cents in src/cart.js.\n\n## Acceptance\n- totals have no fractions of a cent\n- an empty cart still costs nothing',
};
const SUM = 'lines.reduce((sum, line) => sum + line.price, 0)';
const SKILLS = [
  {
    name: 'tax',
    match: { all: ['Tax is missing'] },
    steps: [
      { append: 'src/cart.js', content: '// tax is missing' },
      { append: 'src/cart.js', content: '\n' },
    ],
  },
  ...['shipping', 'discount'].map((what) => ({
    name: what,
    match: { all: [`No ${what}`] },
    steps: [
      { append: `src/${what}.js`, content: `// no ${what}` },
      { append: `src/${what}.js`, content: '\n' },
    ],
  })),
  {
    name: 'round',
    match: { all: ['Totals have fractions'] },
    steps: [{ edit: 'src/cart.js', edits: [{ search: SUM, replace: `Math.round(${SUM})` }] }],
  },
];

const TAX = { title: 'Tax is missing', body: 'Say in `src/cart.js` that tax is missing.\n\n## Acceptance\n- src/cart.js says so' };

const missing = (what: string) => ({
  title: `No ${what}`,
  body: `Say in \`src/${what}.js\` that it is missing.\n\n## Acceptance\n- src/${what}.js says so`,
});

let on: Stories;
/** While it is held, checks of the queue's groups do not end. */
let gate: Promise<void> = Promise.resolve();
/** So many of the next groups fail. */
let groupsFail = 0;
/** Runs of the CI on pull requests of the repository with the queue. */
const attempts: number[] = [];

async function prepare(github: FakeGithub): Promise<void> {
  for (const name of ['queued', 'plain'])
    await github.addRepository({ owner: 'acme', name, files: FILES, collaborators: COLLABORATORS, labels: ['AI-Ready'] });
  const rules = [
    { type: 'merge_queue', parameters: {} },
    { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'test' }] } },
  ];
  github.repository(QUEUED).data.rulesets.push({
    id: 901,
    name: 'main',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    rules,
    bypassActors: [],
    bypass: {},
    createdAt: github.world.now(),
  });
  github.ci(
    async ({ branch, attempt }) => {
      if (branch.startsWith('gh-readonly-queue/')) {
        await gate;
        if (groupsFail > 0) {
          groupsFail -= 1;
          return [{ name: 'test', conclusion: 'failure', log: 'both together break it' }];
        }
      }
      const isPull = branch.startsWith('ai-');
      if (isPull) attempts.push(attempt);
      return [{ name: 'test', conclusion: isPull && attempt === 1 ? 'failure' : 'success', log: 'the runner lost its network' }];
    },
    { repository: QUEUED },
  );
  github.ci(() => [{ name: 'test', conclusion: 'success' }], { repository: PLAIN });
  // What only the default branch is asked.
  github.ci(
    ({ dir }) => {
      const rounds = readFileSync(path.join(dir, 'src/cart.js'), 'utf8').includes('Math.round');
      return [{ name: 'till', conclusion: rounds ? 'failure' : 'success', log: 'the till disagrees' }];
    },
    { repository: PLAIN, on: 'push', branches: /^main$/ },
  );
}

beforeAll(async () => {
  const shop = (repo: string) => ({ repo, checks: [{ name: 'test', command: 'node --test', timeout_s: 60 }], sandbox: 'none' });
  on = await startStories({ skills: SKILLS, projects: { queued: shop(QUEUED), plain: shop(PLAIN) }, prepare });
  // Classic protection is shown to administrators alone: one of them vouches for it.
  const { items } = await on.api.get<{ items: Array<{ id: string; name: string }> }>('/v1/repositories');
  await on.api.patch(`/v1/repositories/${items.find(({ name }) => name === QUEUED)?.id ?? ''}`, { protection_attested: true });
  // Somebody looked at the default branch before: without a green there is nothing that could turn red.
  await on.github.as('mona').push(PLAIN, 'main', { 'README.md': '# Shop\n' });
  await on.github.settled();
}, 2 * MINUTE_MS);

afterAll(() => on?.end(), MINUTE_MS);

/** From the label to the approved merge. */
async function approved(repo: string, asked = ISSUE): Promise<{ issue: number; pull: number }> {
  const issue = await on.ready(repo, asked);
  await on.until('the plan waits for a decision', async () => (await on.waiting('plan.approve')).length === 1);
  await on.as('dora', 'POST', `/issues/${issue}/comments`, repo, { body: '/reeve approve' });
  await on.until('the merge waits for a decision', async () => (await on.waiting('pr.merge')).length === 1);
  const pull = await on.pullOf(repo, issue);
  await on.as('mona', 'POST', `/issues/${pull?.number ?? 0}/comments`, repo, { body: '/reeve approve' });
  return { issue, pull: pull?.number ?? 0 };
}

const did = (kind: string, repo: string) => on.github.journal.effects.filter((effect) => effect.kind === kind && effect.repo === repo);

it(
  "has a flaky check run again, is merged by GitHub's own queue, and leaves no branch and no open box behind",
  { timeout: 4 * MINUTE_MS },
  async () => {
    const { number: epic } = (await on.as('ada', 'POST', '/issues', QUEUED, { title: 'Cents', body: 'All of it:\n\n- [ ] #2\n- [ ] #99\n' })) as {
      number: number;
    };
    const { issue, pull } = await approved(QUEUED);
    expect([epic, issue]).toEqual([1, 2]);
    expect(attempts).toEqual([1, 2]);
    const merged = await on.until('it is merged', async () => {
      const found = await on.pullOf(QUEUED, issue);
      return found?.merged_at !== null && found;
    });
    await on.until('the story has ended', async () =>
      (await on.api.all<{ number: number; state: string }>('/v1/issues')).some((one) => one.number === issue && one.state === 'merged'),
    );
    expect(did('pull.enqueued', QUEUED)).toHaveLength(1);
    expect(did('workflow_run.rerun', QUEUED)).toHaveLength(1);
    const [receipt] = (
      await on.api.all<{ kind: string; status: string; outcome: Record<string, unknown> | null }>('/v1/actions', { kind: 'pr.merge' })
    ).filter(({ status }) => status === 'executed');
    expect(receipt?.outcome).toMatchObject({ merge_sha: merged?.merge_commit_sha });

    const outputs = await on.comments(QUEUED, pull, 'reeve:agent-output');
    expect(outputs).toHaveLength(1);
    expect(outputs[0]).toMatchObject({
      user: { login: BOT },
      body: expect.stringMatching(/\*\*agent-output\.txt\*\*[^]*Execution log: http.*\/v1\/jobs\/.*\/log/) as string,
    });

    await on.until('its branch is deleted', async () => did('ref.deleted', QUEUED).some(({ subject }) => subject === `refs/heads/ai-${issue}`));
    await on.until(
      'the box is ticked',
      async () => (await on.as('ada', 'GET', `/issues/${epic}`, QUEUED))['body'] === 'All of it:\n\n- [x] #2\n- [ ] #99\n',
    );
    // The record of a landing is written when its event is heard.
    await on.until(
      'every landing has its record',
      async () => (await on.api.get<{ complete: boolean }>('/v1/compliance/completeness?project=queued')).complete,
    );
    expect(await on.api.get('/v1/ledger/verify')).toMatchObject({ verified: true });
    expect([on.github.violations, on.github.errors]).toEqual([[], []]);
  },
);

it.runIf(LONG)(
  "a pull request that a person takes out of GitHub's queue is not put back, and its story says who ended it",
  { timeout: 4 * MINUTE_MS },
  async () => {
    let open: (() => void) | undefined;
    gate = new Promise((done) => (open = done));
    const before = did('pull.enqueued', QUEUED).length;
    const { issue, pull } = await approved(QUEUED, TAX);
    await on.until('it waits in the queue', async () => did('pull.enqueued', QUEUED).length === before + 1);
    const { node_id: id } = await on.as('mona', 'GET', `/pulls/${pull}`, QUEUED);
    await on.graphql('mona', 'mutation ($id: ID!) { dequeuePullRequest(input: { id: $id }) { clientMutationId } }', { id });
    const ended = await on.until('the story has ended', async () =>
      (await on.api.all<{ number: number; state: string; state_reason: string }>('/v1/issues')).find(
        (one) => one.number === issue && one.state === 'declined',
      ),
    );
    open?.();
    expect(ended.state_reason).toMatch(/A person took it out of the merge queue: .*MANUAL/);
    expect(await on.pullOf(QUEUED, issue)).toMatchObject({ state: 'open', merged_at: null });
    await on.github.settled();
    expect(did('pull.enqueued', QUEUED)).toHaveLength(before + 1);
    expect([on.github.violations, on.github.errors]).toEqual([[], []]);
  },
);

it(
  "a story that a person stops while its merge waits in GitHub's queue is taken out of it and does not land",
  { timeout: 4 * MINUTE_MS },
  async () => {
    let open: (() => void) | undefined;
    gate = new Promise((done) => (open = done));
    const [queued, out] = [did('pull.enqueued', QUEUED).length, did('pull.dequeued', QUEUED).length];
    const { issue, pull } = await approved(QUEUED, missing('shipping'));
    await on.until('it waits in the queue', async () => did('pull.enqueued', QUEUED).length === queued + 1);
    await on.as('mona', 'POST', `/issues/${issue}/comments`, QUEUED, { body: '/reeve stop' });
    const ended = await on.until('the story has ended', async () =>
      (await on.api.all<{ number: number; state: string; state_reason: string }>('/v1/issues')).find(
        (one) => one.number === issue && one.state === 'declined',
      ),
    );
    open?.();
    await on.github.settled();
    expect(ended.state_reason).toContain('Stopped by');
    expect(did('pull.dequeued', QUEUED)).toHaveLength(out + 1);
    expect((await on.as('ada', 'GET', `/pulls/${pull}`, QUEUED))['merged']).toBe(false);
    expect([on.github.violations, on.github.errors]).toEqual([[], []]);
  },
);

it.runIf(LONG)(
  "what fails in GitHub's queue together with a newer base is brought up to it, decided on again and merged",
  { timeout: 4 * MINUTE_MS },
  async () => {
    let open: (() => void) | undefined;
    gate = new Promise((done) => (open = done));
    const queued = did('pull.enqueued', QUEUED).length;
    const { issue, pull } = await approved(QUEUED, missing('discount'));
    await on.until('it waits in the queue', async () => did('pull.enqueued', QUEUED).length === queued + 1);
    const { head } = (await on.as('ada', 'GET', `/pulls/${pull}`, QUEUED)) as unknown as { head: { sha: string } };
    await on.github.as('mona').push(QUEUED, 'main', { 'README.md': '# Queued\n' });
    groupsFail = 1;
    open?.();
    await on.until('the merge waits for a decision again', async () => (await on.waiting('pr.merge')).length === 1);
    const again = (await on.as('ada', 'GET', `/pulls/${pull}`, QUEUED)) as unknown as { head: { sha: string }; merged: boolean };
    expect([again.merged, again.head.sha === head.sha]).toEqual([false, false]);
    await on.as('mona', 'POST', `/issues/${pull}/comments`, QUEUED, { body: '/reeve approve' });
    await on.until('the story has ended', async () =>
      (await on.api.all<{ number: number; state: string }>('/v1/issues')).some((one) => one.number === issue && one.state === 'merged'),
    );
    expect(did('pull.enqueued', QUEUED)).toHaveLength(queued + 2);
    expect((await on.as('ada', 'GET', `/pulls/${pull}`, QUEUED))['merged']).toBe(true);
    expect([on.github.violations, on.github.errors]).toEqual([[], []]);
  },
);

it(
  'asks a person to take back what turned the default branch red, once, and opens that pull request when they agree',
  { timeout: 4 * MINUTE_MS },
  async () => {
    const { issue, pull } = await approved(PLAIN);
    const asked = await on.until('taking it back waits for a decision', async () => (await on.waiting('pr.revert'))[0]);
    const landed = await on.pullOf(PLAIN, issue);
    const { record } = await on.api.get<{ record: { args: Record<string, unknown>; target: { number: number } } }>(`/v1/approvals/${asked.id}`);
    expect(record).toMatchObject({
      target: { number: pull },
      args: { merge_sha: landed?.merge_commit_sha, evidence: { red: ['till'], culprit: landed?.merge_commit_sha, suspected_flaky: false } },
    });
    expect(did('pull.created', PLAIN)).toHaveLength(1);
    const [told] = await on.until('it is told there', async () => {
      const found = await on.comments(PLAIN, pull, 'reeve:turned-red');
      return found.length > 0 && found;
    });
    expect(told?.body).toContain('main turned red with #');

    // Told again: it is the same question.
    const head = landed?.merge_commit_sha ?? '';
    await on.as('mona', 'POST', `/statuses/${head}`, PLAIN, { context: 'nightly', state: 'failure' });
    await on.github.settled();
    expect(await on.waiting('pr.revert')).toHaveLength(1);

    await on.as('mona', 'POST', `/issues/${pull}/comments`, PLAIN, { body: '/reeve approve' });
    const revert = await on.until('the pull request is there', async () => {
      const all = (await on.as('ada', 'GET', '/pulls?state=open', PLAIN)) as unknown as Array<{ title: string; body: string; head: { ref: string } }>;
      return all.find(({ title }) => title.startsWith('Revert'));
    });
    expect(revert).toMatchObject({ title: `Revert "Totals have fractions" (#${pull})`, head: { ref: `revert-${pull}-ai-${issue}` } });
    expect(revert.body).toContain('**till** passed at');
    await on.github.settled();
    expect(did('pull.created', PLAIN)).toHaveLength(2);
    expect((await on.as('ada', 'GET', '/branches/main', PLAIN))['commit']).toMatchObject({ sha: head });
    expect([on.github.violations, on.github.errors]).toEqual([[], []]);
  },
);
