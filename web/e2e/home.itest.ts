import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectGoodPage, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';

const id = (prefix: string, nr: number): string => `${prefix}_01J${'H'.repeat(21)}${String(nr).padStart(2, '0')}`;
const HASH = 'e'.repeat(64);

/** A morning: things that wait, run, landed and are stuck. */
async function fill(bench: ConsoleBench): Promise<void> {
  const [proj, repo] = [id('proj', 1), id('repo', 1)];
  await bench.sql("insert into projects (id, key, name, settings) values ($1, 'shop', 'Shop', '{}')", [proj]);
  await bench.sql(
    "insert into repositories (id, project_id, forge, name, default_branch, allowlisted) values ($1, $2, 'local', 'shop/web', 'main', true)",
    [repo, proj],
  );
  const items: Array<[number, string, string, number, number?]> = [
    [1, 'needs_info', 'Checkout is \u202Eweird', 3],
    [2, 'in_progress', 'Cart accepts negative quantities', 0],
    [3, 'in_progress', 'Tax has fractions of a cent', 30],
    [4, 'merged', 'Docs say how to run the tests', 0, 0],
    [5, 'failed', `A very long title ${'that goes on '.repeat(12)}`, 1, 1],
    [6, 'merged', 'Merged earlier, got a label today', 0, 48],
  ];
  for (const [nr, state, title, changed, ended = null] of items)
    await bench.sql(
      `insert into work_items (id, project_id, repository_id, source, external_id, number, title, state, state_reason, updated_at, ended_at)
       values ($1, $2, $3, 'local', $4, $5, $6, $7, 'As it stands.', now() - $8 * interval '1 hour', now() - $9 * interval '1 hour')`,
      [id('iss', nr), proj, repo, String(nr), nr, title, state, changed, ended],
    );
  await bench.sql(
    `insert into agent_runs (id, work_item_id, project_id, repository_id, agent, role, attempt, base_ref, target, branch, sandbox, sealed, state, started_at)
     values ($1, $2, $3, $4, 'codex', 'coder', 2, 'main', 'main', 'b1', 'none', false, 'running', now())`,
    [id('run', 1), id('iss', 2), proj, repo],
  );
  await bench.sql(
    `insert into agent_questions (id, run_id, execution, project_id, agent, role, question, asked_at, expires_at)
     values ($1, $2, 1, $3, 'codex', 'coder', 'May I drop the old format?', now(), now() + interval '10 minutes')`,
    [id('que', 1), id('run', 1), proj],
  );
  await bench.sql(
    `insert into change_requests (id, project_id, repository_id, target, task_id, attempt, document, body_sha256, submitted_by, publish, submitted_tree, effect, state, quarantine)
     values ($1, $2, $3, 'main', 't1', 1, $4, $5, 's', '{"kind":"mirror"}', 't', '[]', 'quarantined', $6)`,
    [
      id('cr', 1),
      proj,
      repo,
      JSON.stringify({ repo: 'shop/web', summary: 'Free shipping starts at 50', base: 'main' }),
      HASH,
      JSON.stringify({ kind: 'conflict', conflicts: [], head: 'h' }),
    ],
  );
  for (const [nr, summary, days] of [
    [2, 'An older change', 2],
    [3, 'Prices are rounded once', 0],
  ] as const) {
    await bench.sql(
      `insert into change_requests (id, project_id, repository_id, target, task_id, attempt, document, body_sha256, submitted_by, publish, submitted_tree, effect,
         state, landed_commit, landed_tree, landed_at)
       values ($1, $2, $3, 'main', $1, 1, $4, $5, 's', '{"kind":"mirror"}', 't', '[]', 'landed', 'abc', 't', now() - $6 * interval '1 day')`,
      [id('cr', nr), proj, repo, JSON.stringify({ repo: 'shop/web', summary, base: 'main' }), HASH, days],
    );
    await bench.sql(
      `insert into change_request_journal (change_request_id, version, at, event, from_state, to_state, actor, detail)
       values ($1, 1, now() - $2 * interval '1 day', 'landed', 'publishing', 'landed', 'system', '{"commit":"abc"}')`,
      [id('cr', nr), days],
    );
  }
  await bench.sql(
    `insert into budget_pools (id, scope, project_id, period, starts_on, ends_on, cap_micros, most_micros, spent_micros)
     select 'project:' || $1 || ':month:' || first, 'project', $1, 'month', first, (first + interval '1 month')::date, 9000000, 9000000, 4000000
     from (select date_trunc('month', now() at time zone 'utc')::date as first) this_month`,
    [proj],
  );
  await bench.sql(
    "insert into queue_targets (repository_id, target, control, control_by, control_reason, control_at) values ($1, 'main', 'paused', 'person:mona', 'a release', now())",
    [repo],
  );
}

async function approval(bench: ConsoleBench, nr: number): Promise<void> {
  const record = {
    v: 1,
    organisation: 'reeve',
    action_id: id('act', nr),
    kind: 'issue.close',
    target: { forge: 'local', repo: 'shop/web', number: nr, branch: null },
    args: { reason: 'duplicate' },
    preconditions: { head_sha: null, base_sha: null, issue_updated_at: null },
    proposer: { subject: 'system', run: null, model: null, prompt_hash: null },
    trigger_user: 'ann',
    risk: 'medium',
    policy_hash: HASH,
    created_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 1_800_000).toISOString(),
  };
  const digest = String(nr).repeat(64).slice(0, 64);
  const decision = { kind: 'approval', mode: 'require_approval', approvers: ['developer'], minApprovals: 1, rule: 'issue.close', reason: 'r' };
  await bench.sql(
    `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, created_at, expires_at, project_id, work_item_id)
     values ($1, $1, $2, 'issue.close', $3, $2, 'pending', $4, '{}', now(), now() + interval '30 minutes', $5, $6)`,
    [id('act', nr), digest, JSON.stringify(record), JSON.stringify(decision), id('proj', 1), id('iss', 1)],
  );
  await bench.sql(
    "insert into approvals (id, digest, mode, approvers, needed, expires_at) values ($1, $2, 'require_approval', array['developer'], 1, now() + interval '30 minutes')",
    [id('act', nr), digest],
  );
}

inBrowser('a home', () => {
  let bench: ConsoleBench;
  let page: Page;
  beforeAll(async () => {
    bench = await startConsole({ env: { REEVE_MODEL: 'rules' } });
    await bench.as('mona', 'maintainer');
  }, 180_000);
  afterAll(() => bench.end());
  const region = (name: string) => page.getByRole('heading', { level: 2, name }).locator('xpath=ancestor::section');

  it('of an installation with nothing in it says so, and leads an admin to the first steps', async () => {
    page = await bench.open('mona', 'maintainer', { stays: true });
    await page.getByText('Nothing waits for you', { exact: true }).waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'Set it up' }).count()).toBe(0);
    const admins = await bench.open('ada', 'admin');
    await admins.getByRole('link', { name: 'Set it up' }).click();
    await admins.getByRole('heading', { level: 1, name: 'First steps' }).waitFor();
  });

  it('shows by itself what happens while it is open, in the order in which it should be looked at', async () => {
    await untilLive(page);
    await fill(bench);
    await approval(bench, 1);
    // Any event makes the page look again.
    await bench.api.post('/v1/people', { handle: 'noise', name: 'Noise', role: 'viewer' });
    const rows = region('Needs you').getByRole('list', { name: 'What to look at first' }).getByRole('link');
    await expect
      .poll(() => rows.allInnerTexts())
      .toEqual([
        expect.stringContaining('May I drop the old format?'),
        expect.stringMatching(/Close issue #1[\s\S]*asked by ann/),
        expect.any(String),
        expect.any(String),
      ]);
    await page.getByText('4 things wait for you · 1 agent is at work').waitFor();
  });

  it('shows hidden characters of others', async () => {
    await region('Needs you').getByText('U+202E').first().waitFor();
  });

  it('says what is stuck and why, and each thing leads to where it is dealt with', async () => {
    const rows = region('Stuck, and why').getByRole('listitem');
    await expect
      .poll(async () => (await rows.allInnerTexts()).map((text) => text.split('\n').join(' ')))
      .toEqual([
        expect.stringContaining('Paused by mona: a release'),
        expect.stringContaining('It conflicts with what landed before it.'),
        expect.stringContaining('No task of it has moved for 30 hours.'),
      ]);
    await rows.nth(2).getByRole('link').click();
    await page.waitForURL(`${bench.url}/work/${id('iss', 3)}*`);
    await page.goBack();
  });

  it('every figure is a link to its evidence', async () => {
    for (const [name, address] of [
      [/^Approvals/, '/approvals'],
      [/^Questions/, '/runs'],
      [/^Reviews/, '/pulls'],
      [/^Escalations/, '/work'],
    ] as const) {
      await region('Needs you').getByRole('link', { name }).click();
      await page.waitForURL((url) => url.pathname.startsWith(address));
      await page.goBack();
      await region('Needs you').waitFor();
    }
  });

  it('tells what landed, what runs, and what is left to spend', async () => {
    await region('Landed today').getByRole('link', { name: '1 issue done' }).waitFor();
    const running = region('Running now');
    await running.getByRole('link', { name: /#2 Cart accepts negative quantities/ }).waitFor();
    await running.getByText('It asks a question', { exact: false }).first().waitFor();
    await region('Budget left').getByText('All projects, this month').waitFor();
    await region('Budget left').getByText('Shop, this month').waitFor();
  });

  it('leads from what landed today to exactly that', async () => {
    await region('Landed today').getByRole('link', { name: '1 change', exact: true }).click();
    await page.getByRole('link', { name: 'Prices are rounded once', exact: true }).waitFor();
    await expect.poll(() => page.getByText('An older change').count()).toBe(0);
    const day = page.getByLabel('Landed on (UTC)');
    const { today } = await bench.api.get<{ today: string }>('/v1/home');
    expect(await day.inputValue()).toBe(today.slice(0, 10));
    await expectGoodPage(page);
    await page.getByRole('button', { name: 'every day' }).click();
    await page.getByRole('link', { name: 'An older change', exact: true }).waitFor();
    await page.goto(bench.url);
    await region('Landed today').getByRole('link', { name: '1 issue done' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/work'));
    await page.getByText('Docs say how to run the tests').first().waitFor();
    expect(await page.getByText('Merged earlier, got a label today').count()).toBe(0);
    const filters = { state: ['merged'], ended_since: today };
    expect(await (await bench.as('mona', 'maintainer')).post('/v1/views', { name: 'Done today', filters })).toMatchObject({ filters });
    await page.getByRole('button', { name: /^Not only what ended since/ }).click();
    await page.getByText('Merged earlier, got a label today').first().waitFor();
    await page.goto(bench.url);
    await region('Needs you').waitFor();
  });

  it('passes axe in both themes, wide and narrow, full and empty', async () => {
    await expectGoodPage(page);
  });

  it('leads to the run that asks, where a person answers and a viewer reads why not', async () => {
    await bench.sql(
      `insert into agent_questions (id, run_id, execution, project_id, agent, role, question, choices, asked_at, expires_at)
       values ($1, $2, 1, $3, 'codex', 'coder', 'Which currency?', array['Euro', 'Franc'], now(), now() + interval '20 minutes')`,
      [id('que', 2), id('run', 1), id('proj', 1)],
    );
    const asks = (of: Page) => of.getByRole('complementary', { name: 'About this run' }).locator('section', { hasText: 'Which currency?' });
    const viewer = await bench.open('vic', 'viewer', { at: `/runs/${id('run', 1)}` });
    await asks(viewer).getByText('Developers, and roles above them').waitFor();
    const runs = await bench.open('mona', 'maintainer', { at: `/runs/${id('run', 1)}` });
    const send = asks(runs).getByRole('button', { name: 'Send the answer' });
    await send.waitFor();
    expect(await send.isDisabled()).toBe(true);
    await asks(runs).getByRole('radio', { name: 'In my own words' }).check();
    await asks(runs).getByLabel('Answer', { exact: true }).fill('Pound');
    await expectGoodPage(runs);
    await send.click();
    await asks(runs).getByText('mona answered:').waitFor();
    await asks(runs).getByText('Pound', { exact: true }).waitFor();
    await asks(viewer).getByText('mona answered:').waitFor();
  });

  it('keeps what it showed while the server is gone, and says that it is old', async () => {
    const restarted = bench.restart();
    await page.getByRole('status').filter({ hasText: 'Stale' }).waitFor();
    await region('Needs you').getByText('May I drop the old format?').waitFor();
    await restarted;
    await untilLive(page);
  });
});

inBrowser('the tour', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  }, 180_000);
  afterAll(() => bench.end());
  const stop = (page: Page, name: string) => page.getByRole('region', { name });

  it('begins for who was sent to see it, points at real parts, goes on after a reload, and ends', async () => {
    const page = await bench.open('mona', 'maintainer', { at: '/?tour=1' });
    await stop(page, 'Your day begins here').waitFor();
    expect(page.url()).toBe(`${bench.url}/`);
    await expect.poll(() => page.locator('[data-tour="here"]').count()).toBe(1);
    await page.getByRole('button', { name: 'Next' }).click();
    await stop(page, 'You decide').waitFor();
    await page.waitForURL(`${bench.url}/approvals*`);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('You decide');
    await page.reload();
    await stop(page, 'You decide').waitFor();
    // A link that is opened meanwhile leads where it says.
    await page.goto(`${bench.url}/settings/people`);
    await stop(page, 'You decide').waitFor();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(page.url()).toContain('/settings/people');
    for (const name of ['Every issue has a story', 'Watch agents work', 'One careful way in', 'Proof of everything']) {
      await page.getByRole('button', { name: 'Next' }).click();
      await stop(page, name).waitFor();
      await expect.poll(() => page.locator('[data-tour="here"]').count()).toBe(1);
    }
    await expectGoodPage(page);
    await page.getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => page.getByText(/^Tour, /).count()).toBe(0);
    await expect.poll(() => page.locator('[data-tour="here"]').count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Ledger');
    await page.goto(`${bench.url}/?tour=1`);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await expect.poll(() => page.getByText(/^Tour, /).count()).toBe(0);
  });

  it('is begun again from the menu, works by keyboard alone, and Escape leaves it', async () => {
    const page = await bench.open('dora', 'developer');
    await page.getByRole('button', { name: /menu$/ }).click();
    await page.getByRole('menuitem', { name: 'Tour of the console' }).click();
    await stop(page, 'Your day begins here').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Your day begins here');
    // Its own buttons come next: the way back is closed at the first stop.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await stop(page, 'You decide').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('You decide');
    // Keys of the page keep their meaning.
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.waitForURL(`${bench.url}/work*`);
    // A page takes the focus to its heading once it stands.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Work');
    await stop(page, 'You decide').getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByText(/^Tour, /).count()).toBe(0);
  });
});
