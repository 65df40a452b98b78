import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page, Route } from 'playwright-core';
import { expectGoodPage, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';
import { approve, createWorkWorld, makeShop, openIssue, PLAN, REPO, seedMany, seedStory, type WorkWorld } from './work-world.ts';

const MANY = 10_000;
/** A whole story on a busy machine. */
const STORY = { timeout: 240_000 };

inBrowser('somebody looks after the work', () => {
  let world: WorkWorld;
  let bench: ConsoleBench;
  let project: string;
  beforeAll(async () => {
    world = createWorkWorld();
    bench = await startConsole({ config: world.config });
    project = await makeShop(bench);
  }, 180_000);
  afterAll(async () => {
    await bench.end();
    world.end();
  });

  const list = (page: Page) => page.getByRole('list', { name: 'Issues' });
  const story = (page: Page) => page.getByRole('list', { name: 'What happened' });
  const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });
  const repository = async (): Promise<string> => (await bench.api.all<{ id: string }>('/v1/repositories', {}))[0]?.id ?? '';
  const make = (issue: object) => bench.api.post<{ id: string }>('/v1/issues', { project_id: project, ...issue });

  async function filter(page: Page, name: string, value: string): Promise<void> {
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await page.getByRole('dialog', { name }).getByText(value, { exact: true }).click();
    await page.keyboard.press('Escape');
  }

  it('an issue is found by words and filters, and the filter is kept as a view that a manager shares', async () => {
    await make({ title: 'Receipt shows the wrong total', type: 'bug', priority: 'P0', labels: ['receipt'], body: 'See `src/receipt/showTotal.ts`.' });
    await make({ title: 'Write down how receipts work', type: 'docs', priority: 'P2', labels: ['receipt'] });
    const page = await bench.open('mia', 'manager', { at: '/work' });
    await untilLive(page);
    await page.keyboard.press('/');
    await page.keyboard.type('receipt show');
    await list(page).getByRole('link', { name: 'Receipt shows the wrong total' }).waitFor();
    await list(page).getByRole('link', { name: 'Write down how receipts work' }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('q=receipt');

    await page.getByRole('searchbox', { name: 'Search issues' }).fill('receipt');
    await filter(page, 'Type', 'docs');
    await list(page).getByRole('link', { name: 'Receipt shows the wrong total' }).waitFor({ state: 'detached' });
    await expect.poll(() => list(page).getByRole('link').allInnerTexts()).toEqual(['Write down how receipts work']);

    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByRole('dialog', { name: 'Save view' }).getByLabel('Name').fill('Receipt papers');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Drop what you typed?' }).getByRole('button', { name: 'Go on writing' }).click();
    await page.getByRole('dialog', { name: 'Save view' }).getByLabel('Share with everybody').check();
    await page.getByRole('dialog', { name: 'Save view' }).getByRole('button', { name: 'Save' }).click();
    await tab(page, 'Receipt papers').waitFor();
    await page.reload();
    await tab(page, 'Open').click();
    await list(page).getByRole('link', { name: 'Receipt shows the wrong total' }).waitFor();

    const other = await bench.open('dana', 'developer', { at: '/work' });
    await tab(other, 'Receipt papers').click();
    await list(other).getByRole('link', { name: 'Receipt shows the wrong total' }).waitFor({ state: 'detached' });
    await expect.poll(() => list(other).getByRole('link').allInnerTexts()).toEqual(['Write down how receipts work']);
    await expect.poll(() => other.getByRole('button', { name: 'Options of the view Receipt papers' }).count()).toBe(0);
    await expectGoodPage(other);
  });

  it('work is stopped and started again, each with its reason in the story', STORY, async () => {
    const mona = await bench.as('mona', 'maintainer');
    const id = await openIssue(mona, 'Slow totals of large carts');
    await approve(mona, id, 'plan.approve');
    const page = await bench.open('mona', 'maintainer', { at: `/work/${id}` });
    await page.getByRole('status').filter({ hasText: 'pen works as coder' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page
      .getByRole('dialog', { name: 'Stop the work' })
      .getByLabel(/Reason/)
      .fill('Not this week');
    await page.getByRole('dialog', { name: 'Stop the work' }).getByRole('button', { name: 'Stop the work' }).click();
    await story(page).getByText('Stopped by mona: Not this week').waitFor();
    await page.getByRole('main').getByText('declined', { exact: true }).first().waitFor();

    await page.getByRole('button', { name: 'Start again' }).click();
    const again = page.getByRole('dialog', { name: 'Start again' });
    expect(await again.getByRole('button', { name: 'Start again' }).isDisabled()).toBe(true);
    await again.getByLabel('Reason').fill('Now it is time');
    await again.getByRole('button', { name: 'Start again' }).click();
    await story(page).getByText('mona started the work again.').waitFor();
    await page.getByRole('status').filter({ hasText: 'A person decides about the plan' }).waitFor();
  });

  it('a question to the author sets a plan aside, and is written on the issue', STORY, async () => {
    const mona = await bench.as('mona', 'maintainer');
    const id = await openIssue(mona, 'Name the currency');
    const page = await bench.open('mona', 'maintainer', { at: `/work/${id}` });
    await page.getByRole('status').filter({ hasText: 'A person decides about the plan' }).waitFor();
    await page.getByRole('button', { name: 'Ask for information' }).click();
    const dialog = page.getByRole('dialog', { name: 'Ask for information' });
    await dialog.getByLabel('Question').fill('Which currency is meant?');
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('status').filter({ hasText: 'is needed' }).waitFor();
    await story(page).getByText('Questions were put to the author on the issue.').waitFor();
    const { number } = await bench.api.get<{ number: number }>(`/v1/issues/${id}`);
    const { items } = await bench.api.get<{ items: Array<{ body: string }> }>(`/v1/local/repositories/acme/shop/issues/${number}/comments`);
    expect(items.map(({ body }) => body).join('\n')).toContain('Which currency is meant?');
  });

  it('an issue is followed live from its label to its merge, and each step unfolds to its evidence', STORY, async () => {
    const page = await bench.open('mona', 'maintainer', { at: '/work' });
    await untilLive(page);
    const mona = await bench.as('mona', 'maintainer');
    const id = await openIssue(await bench.as('ada', 'maintainer'), 'Totals have fractions');
    await list(page).getByRole('link', { name: 'Totals have fractions' }).click();
    await page.waitForURL(`${bench.url}/work/${id}`);
    const entries = story(page);
    await entries
      .getByText(/^.* put the label AI-Ready on\.$|opened the issue/)
      .first()
      .waitFor();
    await entries.getByRole('button', { name: /Triage by rules:/ }).click();
    await entries
      .getByText(/^(size|concrete)/)
      .first()
      .waitFor();
    await entries.getByText('A person is asked whether to start work on the plan.').waitFor();
    await approve(mona, id, 'plan.approve');
    await entries.getByText('mona approved it: start work on the plan.').waitFor();
    await entries.getByText(/^pen \(coder\) works on/).waitFor();
    world.open();
    await entries.getByText(/^Pull request #\d+ was opened\.$/).waitFor();
    await page.getByRole('status').filter({ hasText: 'A person decides about the merge' }).waitFor();
    await approve(mona, id, 'pr.merge');
    await entries
      .getByText(/^Pull request #\d+ was merged as [0-9a-f]{10}\.$/)
      .first()
      .waitFor();
    await page.getByRole('main').getByText('merged', { exact: true }).first().waitFor();

    await entries.getByRole('button', { name: /pen \(coder\) is done/ }).click();
    await entries.getByText('pen, coder, try 1').waitFor();
    expect(await entries.getByRole('link', { name: 'Run' }).getAttribute('href')).toMatch(/^\/runs\/run_/);
    await entries
      .getByRole('button', { name: /^good: The change of .* landed as/ })
      .first()
      .click();
    await entries.getByText(/1 file, \+\d+/).waitFor();
    await expect.poll(() => entries.getByRole('link', { name: /^Ledger \d+$/ }).count()).toBeGreaterThan(2);
    const told = await entries.getByRole('listitem').count();
    await page.getByLabel('Everything on record').check();
    await expect.poll(() => entries.getByRole('listitem').count()).toBeGreaterThan(told + 20);
    await expectGoodPage(page);
  });

  it('the tasks of a plan show what waits for what, and one is given to somebody else', async () => {
    const { id } = await make({ title: 'Whole cents everywhere', repository_id: await repository() });
    await bench.api.post('/v1/plans', { work_item_id: id, document: PLAN });
    // A plan of which two tasks name one file is refused when it is handed in.
    await bench.sql(`update tasks set scope = '{src/cart.js}' where work_item_id = $1 and key = 't4'`, [id]);
    await bench.as('ben', 'developer');
    const page = await bench.open('mona', 'maintainer', { at: `/work/${id}?view=tasks` });
    const tasks = page.getByRole('list', { name: 'Tasks' });
    await tasks.getByRole('heading', { name: 't3 Show both on the receipt' }).waitFor();
    await tasks.getByText('t1, t2').waitFor();
    await expect.poll(() => page.locator('svg path').count()).toBeGreaterThan(2);
    const fourth = tasks.getByRole('listitem').filter({ hasText: 'Name the currency of the total' });
    await fourth.getByText(/^t1: .*src\/cart\.js/).waitFor();
    await page.getByText(/^Dotted: held back/).waitFor();
    await tasks.getByRole('button', { name: 'Reassign t2' }).click();
    await page.getByRole('dialog', { name: 'Reassign' }).getByLabel('Who does it').selectOption({ label: 'Ben' });
    await page.getByRole('dialog', { name: 'Reassign' }).getByRole('button', { name: 'Assign' }).click();
    await tasks.getByRole('listitem').filter({ hasText: 'Round the tax' }).getByText('ben', { exact: true }).waitFor();
    const assigned = await bench.api.all<{ key: string; assignee: string }>('/v1/tasks', { work_item_id: id });
    expect(assigned.find(({ key }) => key === 't2')?.assignee).toBe('person:ben');
    await expectGoodPage(page);
  });

  it('a long story holds its newest entry and grows by itself; an older one is found by its address', async () => {
    const [repositoryId, { id }] = [await repository(), await make({ title: 'A story of many checks', repository_id: await repository() })];
    const first = await seedStory(bench, { projectId: project, repositoryId, issueId: id }, 450);
    const page = await bench.open('mona', 'maintainer', { at: `/work/${id}` });
    await story(page).getByText('The check check 450 passed on aaaaaaaaaa.').waitFor();
    await expect.poll(() => story(page).getByText('The check check 200 passed').count()).toBe(0);
    await page.getByRole('button', { name: 'Show what came before' }).click();
    await story(page).getByText('The check check 200 passed on aaaaaaaaaa.').waitFor();
    await bench.api.post(`/v1/issues/${id}/transition`, { to: 'declined', reason: 'Looked at.' });
    await expect.poll(() => story(page).getByRole('listitem').last().innerText()).toContain('The issue was declined.');
    await story(page).getByText('The check check 200 passed on aaaaaaaaaa.').waitFor();

    await page.goto(`${bench.url}/work/${id}?all=true#entry-${first}`);
    const entry = story(page).locator('[aria-current=location]');
    await entry.getByText('The check check 1 passed on aaaaaaaaaa.').waitFor();
    await expect.poll(() => entry.evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThan(0);
    await expect.poll(() => entry.evaluate((element) => innerHeight - element.getBoundingClientRect().bottom)).toBeGreaterThan(0);
    // A time that is pressed becomes the address: whoever presses it stays where they are.
    const other = story(page).getByRole('listitem').filter({ hasText: 'The check check 4 passed' });
    await other.getByRole('link').click();
    await entry.getByText('The check check 4 passed on aaaaaaaaaa.').waitFor();
    await page.waitForURL((url) => url.hash.startsWith('#entry-') && url.hash !== `#entry-${first}`);
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('A');
    await page.goto(`${bench.url}/work/${id}#entry-ci_gone`);
    await page.getByText(/^The entry of this address is not told here/).waitFor();
  });

  it('ten thousand issues are one list of which only a screenful is drawn, walked by keys', async () => {
    await seedMany(bench, project, MANY);
    const page = await bench.open('vera', 'viewer', {
      at: '/work?label=%5B%22import%22%5D&state=%5B%22new%22%2C%22triaged%22%2C%22in_progress%22%2C%22merged%22%5D',
    });
    await page.getByRole('status').filter({ hasText: '10,000 issues' }).waitFor();
    const rows = list(page).getByRole('listitem');
    await rows.first().waitFor();
    expect(await rows.count()).toBeLessThan(60);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(`Imported issue ${MANY - 1}`);

    // A next page that is not to be had is told, and does not look like the end or like one that is coming.
    const asked: string[] = [];
    let askedAt = 0;
    page.on('request', (request) => {
      if (!request.url().includes('/v1/issues?')) return;
      asked.push(new URL(request.url()).searchParams.get('cursor') ?? 'the first');
      askedAt = Date.now();
    });
    const refusal = { status: 400, json: { title: 'Bad request', detail: 'Not now.', code: 'invalid_input' } };
    await page.route(/\/v1\/issues\?.*cursor=/, (route) => route.fulfill(refusal));
    const unread = page.getByRole('alert').filter({ hasText: 'Could not read on: more follows.' });
    await page.mouse.move(600, 400);
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 20_000);
        return unread.count();
      })
      .toBe(1);
    await page.unroute(/\/v1\/issues\?.*cursor=/);
    await unread.getByRole('button', { name: 'Try again' }).click();
    await unread.waitFor({ state: 'detached' });
    // Each turn of the wheel reaches the end of what is there, and more of it comes.
    const last = async (): Promise<number> => {
      await page.mouse.wheel(0, 20_000);
      return Number(await rows.last().getAttribute('aria-posinset'));
    };
    await expect.poll(last, { timeout: 20_000 }).toBeGreaterThan(500);
    expect(await rows.count()).toBeLessThan(60);

    // Sixty change at once, all but one of them far from what is looked at: only the pages in view are read again.
    await untilLive(page);
    // What the wheel still asked for has come.
    await expect.poll(() => Date.now() - askedAt).toBeGreaterThan(1500);
    const before = new Set(asked.splice(0));
    const seen = rows.nth(20);
    const nr = Number(/Imported issue (\d+)/.exec(await seen.innerText())?.[1]);
    const change = (one: number) => bench.api.patch(`/v1/issues/iss_00${String(one).padStart(24, '0')}`, { size: 'XL' });
    await Promise.all(Array.from({ length: 60 }, (_, index) => change(MANY - index)));
    await change(nr);
    await list(page)
      .getByRole('listitem')
      .filter({ hasText: `Imported issue ${nr}` })
      .getByText('XL', { exact: true })
      .waitFor();
    expect(asked).not.toContain('the first');
    expect(new Set(asked.filter((cursor) => before.has(cursor))).size).toBeLessThanOrEqual(2);
    await page.evaluate(() => scrollTo(0, 0));
    await list(page)
      .getByRole('listitem')
      .filter({ hasText: `Imported issue ${MANY - 5}` })
      .getByText('XL', { exact: true })
      .waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('Imported 4242');
    await page
      .getByRole('status')
      .filter({ hasText: /^1 issue$/ })
      .waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Imported issue 4242');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Imported issue 4242/ }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /Start|Stop|Ask/ }).count()).toBe(0);
  });

  it('work is asked for in own words, which leads to its issue; a viewer is not offered it', async () => {
    const viewer = await bench.open('vera', 'viewer', { at: '/work' });
    await viewer
      .getByRole('status')
      .filter({ hasText: / issues?$/ })
      .waitFor();
    await expect.poll(() => viewer.getByRole('button', { name: 'New request' }).count()).toBe(0);

    const page = await bench.open('dana', 'developer', { at: '/work' });
    await page.getByRole('button', { name: 'New request' }).click();
    const dialog = page.getByRole('dialog', { name: 'New request' });
    const send = dialog.getByRole('button', { name: 'Send the request' });
    await dialog.getByRole('option', { name: REPO }).waitFor({ state: 'attached' });
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByLabel('What should be done?').fill('Print the opening hours of the till on every receipt.');
    await expectGoodPage(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Drop what you typed?' }).getByRole('button', { name: 'Go on writing' }).click();
    // The server does it, and its answer is lost: sending it again makes no second one.
    const lose = async (route: Route): Promise<void> => {
      await route.fetch();
      await route.abort();
    };
    await page.route('**/v1/requests', lose, { times: 1 });
    await send.click();
    await dialog.getByText('The server cannot be reached.').waitFor();
    await send.click();
    await page.waitForURL((url) => url.pathname.startsWith('/work/iss_'));
    await page.getByRole('heading', { level: 1, name: /Print the opening hours/ }).waitFor();
    expect(await bench.api.all('/v1/issues', { q: 'opening hours of the till' })).toHaveLength(1);
  });

  it('who starts the work is not left nowhere when the button goes', async () => {
    const { id } = await make({ title: 'Give receipts a number', repository_id: await repository() });
    const page = await bench.open('mia', 'manager', { at: `/work/${id}` });
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  it('an issue that is not there says so', async () => {
    const page = await bench.open('vera', 'viewer', { at: '/work/iss_01ARZ3NDEKTSV4RRFFQ69G5FAV' });
    await page.getByText('There is nothing here').waitFor();
    await expectGoodPage(page);
  });
});
