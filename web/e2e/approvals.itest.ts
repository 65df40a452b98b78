import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Page, Route } from 'playwright-core';
import { runReeve } from '../../test/kit/reeve.ts';
import { createApprovalEstate, type ApprovalEstate, type Proposed } from './approvals-estate.ts';
import { axe, expectGoodPage, inBrowser, startConsole, untilLive, type ConsoleBench, type Role, type View } from './kit.ts';

// Each test opens several browsers on a machine that it shares.
vi.setConfig({ testTimeout: 180_000 });

inBrowser('people decide in the console', () => {
  let bench: ConsoleBench;
  let estate: ApprovalEstate;
  beforeAll(async () => {
    bench = await startConsole();
    estate = await createApprovalEstate(bench);
  }, 300_000);
  afterAll(() => bench.end());

  async function open(handle: string, role: Role, view: View = {}): Promise<Page> {
    const page = await bench.open(handle, role, view);
    page.setDefaultTimeout(60_000);
    return page;
  }

  const rita = () => bench.as('rita', 'maintainer');
  const dan = () => bench.as('dan', 'developer');
  const shown = (page: Page) => page.getByRole('region', { name: 'The approval' });
  const dialog = (page: Page) => page.getByRole('dialog');
  const inbox = (page: Page) => page.getByRole('list', { name: 'Approvals' });

  async function look(handle: string, role: 'viewer' | 'developer' | 'maintainer', { id }: Pick<Proposed, 'id'>): Promise<Page> {
    const page = await open(handle, role, { at: `/approvals/${id}` });
    await shown(page).getByRole('heading', { name: 'What exactly will happen' }).waitFor();
    await untilLive(page);
    return page;
  }

  /** The server does what was asked for, and nobody hears of it. */
  async function takenAndCut(route: Route): Promise<void> {
    await route.fetch();
    await route.abort();
  }

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName);

  /** How many of the messages lie over the bar with the decision. */
  const covering = (page: Page): Promise<number> =>
    page.evaluate(() => {
      const bar = document.querySelector('[aria-label="Your decision"]')?.getBoundingClientRect() ?? new DOMRect();
      return [...document.querySelectorAll('[aria-label="Messages"] > *')]
        .map((message) => message.getBoundingClientRect())
        .filter(({ top, bottom, left, right }) => bottom > bar.top && top < bar.bottom && right > bar.left && left < bar.right).length;
    });

  async function decideByApi(handle: string, { id, digest }: Proposed, decision: 'approve' | 'decline', reason: string): Promise<void> {
    await (await bench.as(handle, 'maintainer')).post(`/v1/approvals/${id}/decision`, { decision, digest, reason });
  }

  it('approves, declines, and changes what is proposed', async () => {
    const [yes, no, other] = [
      await estate.close(await rita(), 'One'),
      await estate.close(await rita(), 'Two'),
      await estate.close(await rita(), 'Three', 'Same as #1.'),
    ];
    const page = await look('mia', 'maintainer', yes);
    await shown(page).getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByRole('textbox', { name: 'Reason (optional)' }).fill('Seen twice');
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('region', { name: 'Messages' }).getByText(`Approved: Close issue #${yes.number}`).waitFor();
    expect(await bench.api.get(`/v1/approvals/${yes.id}`)).toMatchObject({ status: 'approved', decided_by: 'person:mia', reason: 'Seen twice' });

    await page.goto(`${bench.url}/approvals/${no.id}`);
    // The server takes it, and the answer is cut off: the page says that it has arrived.
    await page.route('**/decision', takenAndCut, { times: 1 });
    await shown(page).getByRole('button', { name: 'Decline' }).click();
    await dialog(page).getByRole('button', { name: 'Decline' }).click();
    await dialog(page).getByText('It is decided: what you sent has arrived.').waitFor();
    expect(await estate.statusOf(no.id)).toBe('declined');

    await page.goto(`${bench.url}/approvals/${other.id}`);
    await shown(page).getByRole('button', { name: 'Modify' }).click();
    await dialog(page).getByLabel('Comment (optional)').fill('Same as #1.\nThank you\u200B.');
    // What would leave is shown before it is sent: the hidden character is taken out by the server.
    await dialog(page).getByRole('table', { name: 'Changes of comment' }).getByText('Thank you.').waitFor();
    await dialog(page).getByRole('button', { name: 'Replace it' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/approvals/act_') && !url.pathname.endsWith(other.id));
    await shown(page).getByText('Thank you.').first().waitFor();
    const said = page.getByRole('region', { name: 'Messages' }).getByText('Changed. A new approval takes its place');
    for (const size of [
      { width: 1440, height: 900 },
      { width: 360, height: 740 },
    ]) {
      await page.setViewportSize(size);
      await said.waitFor();
      await expect.poll(() => covering(page), { message: `at ${size.width} pixels` }).toBe(0);
    }
    const successor = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const replaced = await bench.api.get<{ digest: string; status: string }>(`/v1/approvals/${successor}`);
    expect(replaced.status).toBe('pending');
    expect(replaced.digest).not.toBe(other.digest);
    expect(await bench.api.get(`/v1/approvals/${other.id}`)).toMatchObject({ status: 'modified', superseded_by: successor });
    await decideByApi('mia', { id: successor, digest: replaced.digest, number: 0 }, 'decline', 'Enough');
  });

  it('what cannot be proposed is said beside its field, and nothing is sent', async () => {
    const asked = await estate.close(await rita(), 'Wrong words');
    const page = await look('mia', 'maintainer', asked);
    await page.keyboard.press('m');
    await dialog(page).getByText('What could be added').click();
    await dialog(page).getByLabel('Duplicate of (optional)').fill('many');
    await dialog(page).getByText('This is no number.').waitFor();
    await dialog(page).getByLabel('Duplicate of (optional)').fill('0');
    await dialog(page)
      .getByText(/Too small|>=1|greater/)
      .waitFor();
    expect(await dialog(page).getByRole('button', { name: 'Replace it' }).isDisabled()).toBe(true);
    expect(await estate.statusOf(asked.id)).toBe('pending');
    await decideByApi('mia', asked, 'decline', 'Done here');
  });

  it('asks, is answered, and asks somebody else to decide', async () => {
    const asked = await estate.close(await rita(), 'Unclear');
    const page = await look('mia', 'maintainer', asked);
    expect(await shown(page).getByRole('link', { name: 'In the ledger' }).getAttribute('href')).toBe(`/ledger?mentions=${asked.id}`);
    await page.keyboard.press('q');
    const question = dialog(page).getByRole('textbox', { name: 'What is missing?' });
    // Nothing was typed: Escape asks nothing.
    await question.waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await page.keyboard.press('q');
    await question.fill('Which one is the original?');
    const drop = page.getByRole('dialog', { name: 'Drop what you typed?' });
    await page.keyboard.press('Escape');
    await drop.waitFor();
    // Enter goes on where one was.
    await page.keyboard.press('Enter');
    await drop.waitFor({ state: 'detached' });
    await expect.poll(() => question.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await question.inputValue()).toBe('Which one is the original?');
    // The server takes it, and the answer is cut off: a second press asks nothing twice.
    await page.route('**/notes', takenAndCut, { times: 1 });
    await dialog(page).getByRole('button', { name: 'Ask' }).click();
    await dialog(page).getByText('The server cannot be reached.').waitFor();
    await dialog(page).getByRole('button', { name: 'Ask' }).click();
    await question.waitFor({ state: 'detached' });
    await shown(page).getByText('Which one is the original?').first().waitFor();
    expect((await bench.api.get<{ notes: unknown[] }>(`/v1/approvals/${asked.id}`)).notes).toHaveLength(1);
    await expect.poll(() => focused(page)).not.toBe('BODY');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByRole('heading', { name: 'This approval' }).waitFor();
    expect(await dialog(page).getByRole('heading', { name: 'Chosen approvals' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).not.toBe('BODY');
    await (await rita()).post(`/v1/approvals/${asked.id}/notes`, { kind: 'answer', text: 'The first one' });
    await shown(page).getByText('The first one').waitFor();
    await page.keyboard.press('r');
    await dialog(page).getByRole('combobox', { name: 'Who should decide?' }).selectOption('person:rita');
    await dialog(page).getByRole('button', { name: 'Ask them' }).click();
    await shown(page).getByText('Rita was asked last.').waitFor();
    expect(await estate.statusOf(asked.id)).toBe('pending');
    await decideByApi('mia', asked, 'decline', 'Done here');
  });

  it('a session that ends while words are sent loses none of them: one signs in in another tab, comes back and sends them', async () => {
    const asked = await estate.close(await rita(), 'Signed out meanwhile');
    const page = await look('mia', 'maintainer', asked);
    const address = page.url();
    await page.keyboard.press('d');
    const reason = dialog(page).getByRole('textbox', { name: 'Reason (optional)' });
    await reason.fill('Not today');
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    const over = page.getByRole('dialog', { name: 'Your session has ended' });
    // What is read meanwhile leads nowhere while something is typed.
    await (await rita()).post(`/v1/approvals/${asked.id}/notes`, { kind: 'question', text: 'Why?' });
    await over.getByRole('button', { name: 'Stay here' }).click();
    expect([page.url(), await reason.inputValue()]).toEqual([address, 'Not today']);
    await dialog(page).getByRole('button', { name: 'Decline' }).click();
    expect(await over.getByRole('link', { name: 'Sign in in a new tab' }).getAttribute('target')).toBe('_blank');
    expect(await axe(page)).toEqual([]);
    await over.getByRole('button', { name: 'Stay here' }).click();
    expect([page.url(), await reason.inputValue()]).toEqual([address, 'Not today']);
    await page.getByText('Your session has ended: nothing can be sent').waitFor({ state: 'attached' });
    await page.context().addCookies(cookies);
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await page.getByText('Signed in again as mia.').waitFor();
    await dialog(page).getByRole('button', { name: 'Decline' }).click();
    await expect.poll(() => estate.statusOf(asked.id)).toBe('declined');
    expect(await bench.api.get(`/v1/approvals/${asked.id}`)).toMatchObject({ decided_by: 'person:mia', reason: 'Not today' });
  });

  it('decides with the keyboard alone, and goes on to the next', async () => {
    const made = [
      await estate.close(await rita(), 'Key one'),
      await estate.close(await rita(), 'Key two'),
      await estate.close(await rita(), 'Key three'),
    ];
    const page = await open('mia', 'maintainer', { at: '/approvals?kind=issue.close' });
    await inbox(page).getByRole('link').first().waitFor();
    await untilLive(page);
    await page.keyboard.press('?');
    await dialog(page).getByText('Next in the list', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.waitForURL(`**/approvals/${made[0]?.id}*`);
    await page.keyboard.press('j');
    await page.waitForURL(`**/approvals/${made[1]?.id}*`);
    await page.keyboard.press('k');
    await page.waitForURL(`**/approvals/${made[0]?.id}*`);
    await shown(page).getByRole('button', { name: 'Approve' }).waitFor();
    await page.keyboard.press('a');
    await dialog(page).getByRole('button', { name: 'Approve' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/approvals/${made[1]?.id}*`);
    await shown(page)
      .getByRole('heading', { name: `Close issue #${made[1]?.number}` })
      .waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain(`Close issue #${made[1]?.number}`);
    await page.keyboard.press('d');
    await page.keyboard.type('No');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/approvals/${made[2]?.id}*`);
    await shown(page)
      .getByRole('heading', { name: `Close issue #${made[2]?.number}` })
      .waitFor();
    await page.keyboard.press('d');
    await page.keyboard.type('Perhaps');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Drop what you typed?' }).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog(page).count()).toBe(0);
    expect(await Promise.all(made.map(({ id }) => estate.statusOf(id)))).toEqual(['approved', 'declined', 'pending']);
    expect(await bench.api.get(`/v1/approvals/${made[1]?.id}`)).toMatchObject({ reason: 'No' });
    await decideByApi('mia', made[2] as Proposed, 'decline', 'Done here');
  });

  it('decides like with like together; what somebody else decided meanwhile is told, and keeps none of the others', async () => {
    const made = [
      await estate.close(await rita(), 'Batch one'),
      await estate.close(await rita(), 'Batch two'),
      await estate.close(await rita(), 'Batch three'),
    ];
    const pull = await estate.openPull(await rita());
    const page = await open('mia', 'maintainer', { at: '/approvals' });
    const choose = (headline: RegExp) => inbox(page).getByRole('checkbox', { name: headline });
    await choose(new RegExp(`Close issue #${made[0]?.number} `)).check();
    expect(await choose(/Open a pull request/).isDisabled()).toBe(true);
    await page.getByRole('button', { name: /^Choose \d+ more like it$/ }).waitFor();
    for (const { number } of made.slice(1)) await choose(new RegExp(`Close issue #${number} `)).check();
    await page.getByRole('button', { name: 'Approve 3' }).click();
    await dialog(page).getByRole('listitem').filter({ hasText: 'medium risk' }).nth(2).waitFor();
    await decideByApi('max', made[1] as Proposed, 'decline', 'Not this one');
    await dialog(page).getByRole('button', { name: 'Approve 3' }).click();
    await dialog(page).getByText('2 of 3 were decided').waitFor();
    await dialog(page)
      .getByText(/declined by person:max/)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Done' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).not.toBe('BODY');
    expect(await page.getByRole('group', { name: 'Decide together' }).count()).toBe(0);
    expect(await Promise.all(made.map(({ id }) => estate.statusOf(id)))).toEqual(['approved', 'declined', 'approved']);
    await decideByApi('mia', pull, 'decline', 'Done here');
  });

  it('two browsers at one approval: the second hears who was first, and both show how it stands', async () => {
    const asked = await estate.close(await rita(), 'Raced');
    const [mia, max] = [await look('mia', 'maintainer', asked), await look('max', 'maintainer', asked)];
    await mia.keyboard.press('a');
    await dialog(mia).getByRole('button', { name: 'Approve' }).waitFor();
    // Her page does not hear of it: her press meets the decision.
    await mia.context().route('**/v1/approvals/**', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
    await max.keyboard.press('d');
    await dialog(max).getByRole('button', { name: 'Decline' }).click();
    await expect.poll(() => estate.statusOf(asked.id)).toBe('declined');
    await dialog(mia).getByRole('button', { name: 'Approve' }).click();
    await dialog(mia).getByRole('alert').getByText('It was declined by max. Close this to see how it stands now.').waitFor();
    await mia.context().unroute('**/v1/approvals/**');
    await mia.keyboard.press('Escape');
    await mia.reload();
    await shown(mia).getByText('Declined by max.').waitFor();
    expect(await estate.statusOf(asked.id)).toBe('declined');
  });

  it('breaks glass with two maintainers and reasons, and lists every use with what is still owed', async () => {
    const asked = await estate.close(await rita(), 'Burning');
    const page = await look('mia', 'maintainer', asked);
    await shown(page).getByRole('button', { name: 'Break glass' }).click();
    const exit = dialog(page).getByRole('button', { name: 'Open the emergency exit' });
    await dialog(page).getByRole('textbox', { name: 'What is the emergency?' }).fill('Checkout is down for everybody');
    expect(await exit.isDisabled()).toBe(true);
    await dialog(page).getByRole('textbox', { name: 'Type the name of the repository' }).fill('acme/shop');
    await exit.click();
    const note = shown(page).getByRole('region', { name: 'Emergency exit' });
    await note.getByText('Opened; it waits for a second maintainer.').waitFor();
    expect(await estate.statusOf(asked.id)).toBe('pending');
    // The clock in it is not said aloud with every second.
    await expect.poll(() => note.locator('[aria-live]').locator('time').count()).toBe(0);
    expect(await note.evaluate((element) => element.parentElement?.closest('[aria-live]') === null)).toBe(true);
    await shown(page).getByRole('button', { name: 'Break glass' }).click();
    await dialog(page).getByText('You opened it; a second maintainer confirms it.').waitFor();
    await page.keyboard.press('Escape');
    const max = await look('max', 'maintainer', asked);
    await shown(max).getByRole('button', { name: 'Break glass' }).click();
    await dialog(max).getByText('mia opened it: Checkout is down for everybody').waitFor();
    await dialog(max).getByRole('textbox', { name: 'What is the emergency?' }).fill('I see it as well');
    await dialog(max).getByRole('textbox', { name: 'Type the name of the repository' }).fill('acme/shop');
    await dialog(max).getByRole('button', { name: 'Confirm: let it pass' }).click();
    await note.getByText('Broken; it was done without its approvers.').waitFor();
    await page.getByRole('link', { name: 'Emergencies' }).click();
    await page.waitForURL(/show=emergencies/);
    const row = page
      .getByRole('list', { name: 'Emergencies' })
      .getByRole('listitem')
      .filter({ hasText: `#${asked.number} ` });
    await row.getByText(/mia and max, .*Checkout is down for everybody/).waitFor();
    await expectGoodPage(page);
    await row.getByRole('button', { name: 'Write down what happened' }).click();
    const words = dialog(page).getByRole('textbox', { name: 'What happened?' });
    await words.fill('A wrong price list kept everybody from paying.');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Go on writing' }).click();
    expect(await words.inputValue()).toBe('A wrong price list kept everybody from paying.');
    await dialog(page).getByRole('button', { name: 'Write it down' }).click();
    await row.getByText(/^mia wrote down what happened, .*A wrong price list kept everybody from paying\.$/).waitFor();
    // Wherever it was owed, it is not any more.
    await expect.poll(() => page.getByRole('button', { name: 'Write down what happened' }).count()).toBe(0);
    await shown(max).getByRole('region', { name: 'Emergency exit' }).getByText('mia wrote down what happened', { exact: false }).waitFor();
    expect(await shown(max).getByRole('button', { name: 'Write down what happened' }).count()).toBe(0);
    await expectGoodPage(page);
  });

  it('a decision made elsewhere is on the screen at once, and nothing is left to press', async () => {
    const asked = await estate.close(await rita(), 'Elsewhere');
    const page = await look('mia', 'maintainer', asked);
    await decideByApi('max', asked, 'decline', 'Said in the chat');
    await shown(page).getByText('Declined by max.').waitFor();
    await shown(page).getByText('Said in the chat').first().waitFor();
    expect(
      await shown(page)
        .getByRole('button', { name: /^(Approve|Decline|Modify)/ })
        .count(),
    ).toBe(0);
    await page.keyboard.press('a');
    await expect.poll(() => dialog(page).count()).toBe(0);
  });

  it('a digest that is not the one of what was shown decides nothing, and the page says so', async () => {
    const asked = await estate.close(await rita(), 'Tampered');
    const page = await open('mia', 'maintainer');
    await page.route(`**/v1/approvals/${asked.id}/details`, async (route) => {
      const body = (await (await route.fetch()).json()) as { approval: { digest: string } };
      body.approval.digest = 'f'.repeat(64);
      await route.fulfill({ json: body });
    });
    await page.goto(`${bench.url}/approvals/${asked.id}`);
    await shown(page).getByText('The digest is not the one of these fields.').waitFor();
    await page.keyboard.press('a');
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByText('What you saw is not what would be done.').waitFor();
    expect(await estate.statusOf(asked.id)).toBe('pending');
    await decideByApi('mia', asked, 'decline', 'Done here');
  });

  it('shows every file it would change: folded, side by side, protected, and with what nobody sees made visible', async () => {
    const pull = await estate.openPull(await rita());
    const page = await look('mia', 'maintainer', pull);
    await page.setViewportSize({ width: 1500, height: 900 });
    const file = (name: string) => shown(page).getByRole('region', { name, exact: true });
    await file('src/tax.js').getByText('U+200B').waitFor();
    await file('src/tax.js').getByText('hidden characters').waitFor();
    await file('.github/workflows/ci.yml').getByText('protected path').waitFor();
    await file('src/new-name.js').getByText('src/old-name.js').waitFor();
    // The long one is folded, and cut until all of it is asked for.
    await expect.poll(() => file('prices.csv').getByRole('table').count()).toBe(0);
    await file('prices.csv').getByRole('button', { name: 'prices.csv', exact: true }).click();
    await file('prices.csv').getByRole('button', { name: 'Show all of it' }).click();
    await file('prices.csv')
      .getByRole('button', { name: /more of 9000 lines/ })
      .waitFor();
    await shown(page).getByRole('button', { name: 'Side by side' }).click();
    await file('src/sum.js').getByRole('columnheader', { name: 'Before', exact: true }).waitFor({ state: 'attached' });
    await page.keyboard.press('n');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('.github/workflows/ci.yml');
    await page.keyboard.press('n');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('prices.csv');
    await shown(page).getByRole('button', { name: 'Unified' }).click();
    // Exactly what the digest covers, with the digest made again in this browser.
    await shown(page).getByText('This browser made the digest of these fields itself').waitFor();
    await shown(page)
      .getByText(/^All \d+ fields$/)
      .click();
    await shown(page).getByRole('rowheader', { name: 'args.head_branch' }).waitFor();
    // The command line shows the same, with the same made visible.
    const told = await runReeve(['approvals', 'diff', pull.id], { cwd: bench.folder });
    expect(told.stdout).toContain('6 files, 9005 lines added, 3 deleted, onto main; 1 protected by the policy');
    for (const text of ['A .github/workflows/ci.yml [protected]', 'R src/old-name.js -> src/new-name.js', 'v\\u200bat', 'add --file PATH'])
      expect(told.stdout).toContain(text);
    const whole = await runReeve(['approvals', 'diff', pull.id, '--file', 'prices.csv', '--json'], { cwd: bench.folder });
    expect(JSON.parse(whole.stdout)).toMatchObject({ items: [{ path: 'prices.csv', cut: false, added: 9000 }] });
    await decideByApi('mia', pull, 'decline', 'Done here');
  });

  it('texts of agents are text: hidden characters are counted and named, and nothing of them is interpreted', async () => {
    const asked = await estate.propose(await rita(), {
      kind: 'ci.retry',
      target: { forge: 'local', repo: estate.repo, number: 1 },
      // An emoji hides nothing; the same selector behind a digit does.
      args: { failing: 'ok\u202Eevil <img src=x onerror=alert(1)>\n**bold** \u2764\uFE0F v2\uFE0F 1\u200D0', tried: [] },
    });
    const page = await look('mia', 'maintainer', asked);
    await shown(page).getByText('3 hidden characters in failing').waitFor();
    for (const name of ['U+202E', 'U+FE0F', 'U+200D']) await shown(page).getByText(name).first().waitFor();
    await shown(page).getByText('<img src=x onerror=alert(1)>').first().waitFor();
    await expect.poll(() => shown(page).getByRole('button', { name: 'Modify' }).count()).toBe(0);
    await decideByApi('mia', asked, 'decline', 'Done here');
  });

  it('the inbox tells what is whose: a viewer decides nothing, a developer only theirs, and what was decided is kept', async () => {
    const [mine, theirs] = [await estate.close(await dan(), 'For developers'), await estate.merge(await rita(), 1, estate.head)];
    const dev = await open('dora', 'developer', { at: '/approvals' });
    await inbox(dev)
      .getByRole('link', { name: new RegExp(`Close issue #${mine.number} `) })
      .waitFor();
    expect(
      await inbox(dev)
        .getByRole('link', { name: /Merge pull request/ })
        .count(),
    ).toBe(0);
    await dev.getByRole('link', { name: 'All waiting' }).click();
    await inbox(dev)
      .getByRole('link', { name: /Merge pull request/ })
      .click();
    await shown(dev).getByText('This waits for maintainer.').waitFor();
    await dev.getByRole('combobox', { name: 'Risk' }).selectOption('high');
    await expect.poll(() => inbox(dev).getByRole('link').count()).toBe(1);
    await dev.getByRole('link', { name: 'Decided' }).click();
    await dev.getByRole('combobox', { name: 'Risk' }).selectOption('');
    await inbox(dev).getByText('declined').first().waitFor();
    const viewer = await open('vic', 'viewer', { at: '/approvals' });
    await viewer.getByText('Nothing waits for you').waitFor();
    await viewer.getByRole('link', { name: 'Show all that waits' }).click();
    expect(
      await inbox(viewer)
        .getByRole('checkbox', { name: new RegExp(`Close issue #${mine.number} `) })
        .isDisabled(),
    ).toBe(true);
    await inbox(viewer)
      .getByRole('link', { name: new RegExp(`Close issue #${mine.number} `) })
      .click();
    await shown(viewer).getByText('This waits for developer.').waitFor();
    expect(await shown(viewer).getByRole('button', { name: 'Ask' }).count()).toBe(0);
    await decideByApi('mia', mine, 'decline', 'Done here');
    await decideByApi('mia', theirs, 'decline', 'Done here');
  });

  it('what comes in is in the list at once, and an approval that is not there says so', async () => {
    const page = await open('mia', 'maintainer', { at: '/approvals' });
    await untilLive(page);
    const asked = await estate.close(await rita(), 'Just now');
    await inbox(page)
      .getByRole('link', { name: new RegExp(`Close issue #${asked.number} `) })
      .waitFor();
    await page.goto(`${bench.url}/approvals/act_none`);
    await page.getByText('There is nothing here').waitFor();
    await decideByApi('mia', asked, 'decline', 'Done here');
  });

  it('the pages pass axe in both themes, at 360 pixels and wide, with and without a dialog', async () => {
    const pull = await estate.openPull(await rita());
    const page = await look('mia', 'maintainer', pull);
    await shown(page).getByRole('region', { name: 'src/sum.js' }).waitFor();
    await expectGoodPage(page);
    await page.keyboard.press('m');
    await dialog(page).getByLabel('Title').fill('Sum of all with tax');
    await dialog(page).getByRole('table', { name: 'Changes of title' }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.goto(`${bench.url}/approvals`);
    await inbox(page)
      .getByRole('checkbox', { name: /Open a pull request/ })
      .check();
    await expectGoodPage(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await inbox(page)
      .getByRole('link', { name: /Open a pull request/ })
      .click();
    await page.getByRole('link', { name: 'All approvals' }).click();
    await inbox(page).waitFor();
    await decideByApi('mia', pull, 'decline', 'Done here');
  });

  it('high risk: who asked for it reads why they may not decide, and a yes wants the name of the repository', async () => {
    const pull = await estate.openPull(await rita());
    await decideByApi('mia', pull, 'approve', 'Fine');
    const numberOf = async () => (await bench.api.get<{ outcome: { number?: number } | null }>(`/v1/approvals/${pull.id}`)).outcome?.number ?? 0;
    await expect.poll(numberOf).toBeGreaterThan(0);
    const merge = await estate.merge(await rita(), await numberOf(), estate.head);
    const requester = await look('rita', 'maintainer', merge);
    await shown(requester).getByText('Who asked for a high-risk action never decides it.').waitFor();
    expect(
      await shown(requester)
        .getByRole('button', { name: /^(Approve|Decline|Modify)/ })
        .count(),
    ).toBe(0);
    const page = await look('mia', 'maintainer', merge);
    await shown(page).getByText('export function sum(prices, tax = 0) {').waitFor();
    await shown(page).getByText('Once done, a person takes it back: revert what landed, in the merge queue.').waitFor();
    // Whoever changes it hears before that they cannot decide it then, and who could.
    await page.keyboard.press('m');
    await dialog(page).getByLabel('Commit message').fill('Sum with all taxes');
    await dialog(page)
      .getByText(/^You could then not decide it yourself: .* It would then wait for any maintainer: .*max/)
      .waitFor();
    expect(
      await dialog(page)
        .getByLabel(/branch/i)
        .count(),
    ).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Drop it' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    expect(await dialog(page).getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
    await dialog(page)
      .getByRole('textbox', { name: /type the name of the repository/ })
      .fill('acme/shop2');
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByText('The typed name is not the one of the repository.').waitFor();
    expect(await estate.statusOf(merge.id)).toBe('pending');
    await dialog(page)
      .getByRole('textbox', { name: /type the name of the repository/ })
      .fill('acme/shop');
    await page.keyboard.press('Enter');
    await expect.poll(() => estate.statusOf(merge.id)).toBe('approved');
    // The requester's page follows by itself.
    await shown(requester).getByText('Approved by mia.').waitFor();
  });
});
