import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectGoodPage, expectStill, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';
import { makeQueueWorld, type QueueWorld } from './queue-world.ts';

const lines = (changed: Record<number, string> = {}): string =>
  Array.from({ length: 24 }, (_, at) => changed[at + 1] ?? `line ${at + 1}`).join('\n') + '\n';

/** What the queue has to do first takes a while on a busy machine. */
const PATIENT = { timeout: 60_000 };
const PATIENTLY = { timeout: 180_000 };

inBrowser('people watch and steer the merge queue in the console', () => {
  let bench: ConsoleBench;
  let shop: QueueWorld;
  let slow: QueueWorld;
  /** Change requests in conflict, one for each way out. */
  const stuck: Record<'ours' | 'theirs' | 'edit' | 'drop', string> = { ours: '', theirs: '', edit: '', drop: '' };

  beforeAll(async () => {
    bench = await startConsole();
    const files = Object.fromEntries(['ours', 'theirs', 'edit', 'drop'].map((way) => [`${way}.txt`, lines()]));
    shop = await makeQueueWorld(bench, 'shop', { files: { ...files, 'gone.txt': 'gone\n' } });
    slow = await makeQueueWorld(bench, 'slow', { files: { 'a.txt': 'a\n' }, checks: [{ name: 'test', command: 'sleep 6' }] });
    const first = Object.fromEntries(Object.keys(files).map((file) => [file, lines({ 3: 'ours', 20: 'ours too' })]));
    await shop.land('first', { ...first, 'gone.txt': null }, { summary: 'Rework all of it' });
    for (const way of ['ours', 'theirs', 'edit', 'drop'] as const) {
      const odd = way === 'edit' ? 'theirs\u202e too' : 'theirs too';
      const more: Record<string, string> = way === 'theirs' ? { 'gone.txt': 'changed\n' } : {};
      stuck[way] = await shop.land(
        way,
        { [`${way}.txt`]: lines({ 3: 'theirs', 20: odd }), [`${way}.new`]: 'new\n', ...more },
        { summary: `Change for ${way}` },
      );
    }
  }, 240_000);
  afterAll(() => bench?.end(), 60_000);

  /** Name of what has the focus. */
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  const decide = async (way: keyof typeof stuck): Promise<Page> => {
    const page = await bench.open('dana', 'developer', { at: '/queue?view=aside' });
    await page.getByRole('link', { name: `Change for ${way}` }).click();
    await page.getByRole('tab', { name: 'Conflict', selected: true }).waitFor();
    return page;
  };
  /** Submits what was decided, and answers the attempt it became. */
  const submit = async (page: Page, old: string): Promise<string> => {
    await page.getByRole('button', { name: 'Submit the decision' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/queue/cr_') && !url.pathname.endsWith(old));
    const next = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByRole('heading', { level: 1 }).waitFor();
    await shop.until(next, 'landed');
    await page.getByText('landed', { exact: true }).first().waitFor(PATIENT);
    return next;
  };

  it('the page of the queue does not move while it loads', async () => {
    const page = await bench.open('dana', 'developer');
    await expectStill(page, `${bench.url}/queue`, () => page.getByText('Nothing is in the queue').waitFor());
    const figures = page.getByRole('region', { name: 'How the queue did' });
    await figures.getByRole('link', { name: /^Landed\s*1/ }).click();
    await page.waitForURL(/view=landed&since=/);
    await page.getByRole('listitem').filter({ hasText: 'Rework all of it' }).waitFor();
    await figures.getByRole('link', { name: /^Set aside in conflict\s*4/ }).click();
    await page.getByRole('link', { name: 'Change for ours' }).waitFor();
  });

  it('ours keeps the version of the branch, and the rest of the change lands', { timeout: 180_000 }, async () => {
    const page = await decide('ours');
    await page.getByRole('radio', { name: /^Ours/ }).check();
    await page.getByRole('button', { name: 'Preview the result' }).click();
    await page.getByRole('region', { name: 'ours.new', exact: true }).waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'ours.txt', exact: true }).count()).toBe(0);
    await submit(page, stuck.ours);
    expect(shop.read('ai-1', 'ours.txt')).toBe(lines({ 3: 'ours', 20: 'ours too' }));
    expect(shop.read('ai-1', 'ours.new')).toBe('new\n');
  });

  it('theirs takes what was submitted, file by file, also where the branch has deleted the file', { timeout: 180_000 }, async () => {
    const page = await decide('theirs');
    const submitButton = page.getByRole('button', { name: 'Submit the decision' });
    await page.getByRole('radio', { name: /^Theirs/ }).check();
    expect(await submitButton.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Rest: theirs' }).click();
    await page.getByRole('button', { name: /gone\.txt theirs/ }).click();
    await page.getByText('the file is deleted here').waitFor();
    await submit(page, stuck.theirs);
    expect([shop.read('ai-1', 'theirs.txt'), shop.read('ai-1', 'gone.txt')]).toEqual([lines({ 3: 'theirs', 20: 'theirs too' }), 'changed\n']);
  });

  it('edit merges place by place and by hand; the draft is there after a reload, and hidden characters are seen', { timeout: 180_000 }, async () => {
    const page = await decide('edit');
    await page.getByText('U+202E').first().waitFor();
    await page.getByRole('group', { name: 'Take for place 1' }).getByRole('button', { name: 'Both' }).click();
    await page.getByText(/3 marker lines left/).waitFor();
    await page.reload();
    const text = page.getByRole('textbox', { name: 'The file as it is to be' });
    await expect.poll(() => text.inputValue()).toContain('ours\ntheirs\n');
    await page.getByRole('group', { name: 'Take for place 2' }).getByRole('button', { name: 'Ours' }).click();
    await page.getByText('Every place is decided').waitFor();
    await text.fill((await text.inputValue()).replace('line 10', 'line ten'));
    await page.reload();
    await expect.poll(() => text.inputValue()).toContain('line ten');
    await page.getByRole('textbox', { name: /^Reason/ }).fill('Both are needed');
    await page.getByRole('button', { name: 'Preview the result' }).click();
    await page.getByRole('region', { name: 'edit.txt', exact: true }).getByText('line ten').waitFor();
    await expectGoodPage(page);
    const next = await submit(page, stuck.edit);
    expect(shop.read('ai-1', 'edit.txt')).toBe(lines({ 3: 'ours\ntheirs', 10: 'line ten', 20: 'ours too' }));
    await page.getByText('Decided by a person.').waitFor();
    expect(await bench.api.get(`/v1/change-requests/${next}`)).toMatchObject({ account: { who: { resolved_by: 'person:dana' } } });
  });

  it('drop takes the change out with a reason, and who only looks is offered nothing', { timeout: 180_000 }, async () => {
    const looking = await bench.open('vera', 'viewer', { at: `/queue/${stuck.drop}?view=conflict` });
    await looking.getByText('Somebody with the role developer decides.').waitFor();
    await expect.poll(() => looking.getByRole('radio').count()).toBe(0);
    await expect.poll(() => looking.getByRole('button', { name: 'Drop', exact: true }).count()).toBe(0);
    const page = await bench.open('dana', 'developer', { at: `/queue/${stuck.drop}` });
    await page.getByRole('button', { name: 'Drop', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Drop this change' });
    expect(await dialog.getByRole('button', { name: 'Drop it' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Not wanted any more');
    await dialog.getByRole('button', { name: 'Drop it' }).click();
    await page.getByText('Not wanted any more').first().waitFor();
    // The other browser hears of it by itself.
    await looking.getByText('This conflict is decided.').waitFor();
  });

  it('a branch is paused with a reason and resumed; what waits moves through its lane and lands without a reload', { timeout: 180_000 }, async () => {
    const before = await slow.submit('s0', { 'zero.txt': '0\n' }, { target: 'ai-9', summary: 'Come first' });
    await slow.until(before, 'landed');
    const page = await bench.open('dana', 'developer', { at: '/queue?view=branches' });
    await page.getByRole('searchbox', { name: 'Find a branch' }).fill('ai-9');
    await page.getByRole('button', { name: 'Stop or drain ai-9' }).click();
    await page.getByRole('menuitem', { name: 'Pause…', exact: true }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('A release goes out');
    await page.getByRole('button', { name: 'Pause ai-9' }).click();
    await page.getByRole('button', { name: 'Resume ai-9' }).waitFor();
    await expect.poll(() => focused(page)).toBe('Resume ai-9');
    const one = await slow.submit('s1', { 'one.txt': '1\n' }, { target: 'ai-9', summary: 'Add a first file' });
    await slow.submit('s2', { 'two.txt': '2\n' }, { target: 'ai-9', summary: 'Add a second file', dependsOn: [one] });
    await page.getByRole('tab', { name: 'Board' }).click();
    const board = page.locator('section').filter({ has: page.getByRole('heading', { name: /ai-9/ }) });
    await board.getByText('A release goes out').waitFor();
    await board.getByText('The target is paused.').first().waitFor();
    await expectGoodPage(page);
    await board.getByRole('button', { name: 'Resume ai-9' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume ai-9' }).click();
    await expect.poll(() => focused(page)).toBe('Stop or drain ai-9');
    // The scheduler may verify them together or one after the other: either way what is verified is seen while it is.
    await board.getByRole('listitem').filter({ hasText: 'Verifying' }).first().waitFor(PATIENT);
    await page.getByRole('tab', { name: 'Landed' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Add a second file' }).getByText('1 check passed').waitFor(PATIENT);
  });

  it('what landed is reverted after its plan was seen; once it has left for outside, after its approval', { timeout: 180_000 }, async () => {
    const inside = await shop.land('in', { 'inside.txt': 'i\n' }, { summary: 'Add a file inside' });
    const page = await bench.open('dana', 'developer', { at: `/queue?view=landed&target=ai-1` });
    await page.getByRole('link', { name: 'Revert Add a file inside' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revert what landed' });
    await dialog.getByText(/1 file: inside\.txt/).waitFor();
    // Words are not lost by Escape without a question, which is asked once.
    await dialog.getByRole('textbox', { name: /Reason/ }).fill('No reason');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Drop what you typed?' }).getByRole('button', { name: 'Drop it' }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('link', { name: 'Revert' }).click();
    expect(await dialog.getByRole('textbox', { name: /Reason/ }).inputValue()).toBe('');
    await dialog.getByRole('textbox', { name: /Reason/ }).fill('It was a trial');
    await dialog.getByRole('button', { name: 'Revert', exact: true }).click();
    await page.getByText('The revert is in the queue').waitFor();
    await page.goto(`${bench.url}/queue?view=undone`);
    await page.getByRole('listitem').filter({ hasText: 'It was a trial' }).getByText('Done', { exact: true }).waitFor(PATIENT);
    await page.goto(`${bench.url}/queue/${inside}`);
    await page.getByRole('button', { name: 'Land it again' }).waitFor();

    const outside = await shop.land('out', { 'outside.txt': 'o\n' }, { summary: 'Add a file outside' });
    shop.takeOver('ai-1');
    await page.goto(`${bench.url}/queue/${outside}?revert=true`);
    await page.getByText(/waits for somebody's approval/).waitFor();
    await page.getByRole('button', { name: 'Ask for the revert' }).click();
    await page.getByRole('link', { name: 'Open its approval' }).waitFor();
    const action = (await page.getByRole('link', { name: 'Open its approval' }).getAttribute('href'))?.split('/').at(-1) ?? '';
    await page.goto(`${bench.url}/queue?view=undone`);
    await page.getByRole('listitem').filter({ hasText: 'Waits for approval' }).waitFor();
    const boss = await bench.as('mona', 'manager');
    const { digest } = await boss.get<{ digest: string }>(`/v1/approvals/${action}`);
    await boss.post(`/v1/approvals/${action}/decision`, { decision: 'approve', digest, reason: 'Yes' });
    await page
      .getByRole('listitem')
      .filter({ has: page.locator(`a[href="/approvals/${action}"]`) })
      .getByText('Done', { exact: true })
      .waitFor(PATIENT);
    await page.goto(`${bench.url}/queue?view=landed`);
    await page.getByRole('listitem').filter({ hasText: 'Add a file outside' }).getByText('Reverted').first().waitFor();
  });

  it('what was set aside is tried again, a rewritten branch raises an alarm, what it lost lands again, and it is drained', PATIENTLY, async () => {
    const target = 'ai-7';
    const lost = await shop.land('lost', { 'lost.txt': 'l\n' }, { target, summary: 'Add what is lost' });
    await shop.land('one', { 'drop.txt': lines({ 3: 'one' }) }, { target, summary: 'Change a line' });
    const aside = await shop.land('two', { 'drop.txt': lines({ 3: 'two' }) }, { target, summary: 'Change the same line' });
    const page = await bench.open('dana', 'developer', { at: `/queue/${aside}` });
    shop.rewrite(target);
    await page.getByRole('button', { name: 'Try again', exact: true }).click();
    await page.getByRole('dialog', { name: 'Try it again' }).getByRole('button', { name: 'Try again' }).click();
    await page.getByText('landed', { exact: true }).first().waitFor(PATIENT);
    expect(shop.read(target, 'drop.txt')).toBe(lines({ 3: 'two' }));

    await page.goto(`${bench.url}/queue`);
    const alarm = page.getByRole('alert').filter({ hasText: `${target} was rewritten by somebody else` });
    await alarm.getByText('2 changes that had landed are no longer on it', { exact: false }).waitFor();
    await expectGoodPage(page);
    await alarm.locator(`a[href="/queue/${lost}"]`).click();
    await page.getByRole('button', { name: 'Land it again' }).click();
    const dialog = page.getByRole('dialog', { name: 'Land it again' });
    await dialog.getByRole('textbox', { name: /Reason/ }).fill('It is still wanted');
    await dialog.getByRole('button', { name: 'Land it again' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/queue/cr_') && !url.pathname.endsWith(lost));
    await page.getByText('landed', { exact: true }).first().waitFor(PATIENT);
    expect(shop.read(target, 'lost.txt')).toBe('l\n');
    await page.goto(`${bench.url}/queue`);
    await alarm.getByRole('button', { name: 'Take note' }).click();
    await page
      .getByRole('dialog', { name: /Take note/ })
      .getByRole('button', { name: 'Take note' })
      .click();
    await alarm.waitFor({ state: 'detached' });

    await page.goto(`${bench.url}/queue?view=branches`);
    await page.getByRole('searchbox', { name: 'Find a branch' }).fill(target);
    await page.getByRole('button', { name: `Stop or drain ${target}` }).click();
    await page.getByRole('menuitem', { name: 'Drain, then pause…' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('A release is cut');
    await page.getByRole('button', { name: `Drain ${target}` }).click();
    await page.getByRole('button', { name: `Resume ${target}` }).waitFor();
    await expect
      .poll(async () => (await bench.api.get<{ targets: Array<{ target: string; control: string }> }>('/v1/queue')).targets)
      .toContainEqual(expect.objectContaining({ target, control: expect.stringMatching(/^(draining|paused)$/), control_reason: 'A release is cut' }));
  });

  it('the pages of the queue pass axe in both themes, wide and narrow', { timeout: 240_000 }, async () => {
    const page = await bench.open('dana', 'developer', { at: '/queue' });
    await untilLive(page);
    for (const view of ['board', 'aside', 'landed', 'undone', 'branches']) {
      await page.goto(`${bench.url}/queue?view=${view}`);
      await page.getByRole('tabpanel').waitFor();
      await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
      await expectGoodPage(page);
    }
    for (const view of ['story', 'changes', 'checks', 'document']) {
      await page.goto(`${bench.url}/queue/${stuck.drop}?view=${view}`);
      await page.getByRole('tabpanel').waitFor();
      await expectGoodPage(page);
    }
  });
});
