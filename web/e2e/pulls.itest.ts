import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectGoodPage, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';
import { createPullsWorld, pullId } from './pulls-world.ts';

inBrowser('somebody looks after pull requests', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
    await createPullsWorld(bench);
  });
  afterAll(() => bench.end());

  it('sees those of agents, people and bots, with checks, findings and who is waited for', async () => {
    const page = await bench.open('zoe', 'maintainer', { at: '/pulls' });
    await untilLive(page);
    const list = page.getByRole('list', { name: 'Pull requests, newest first' });
    const row = (name: RegExp) => list.getByRole('link', { name });
    await row(/Refuse negative quantities.*A decision: any maintainer.*2 passed.*1 major, 1 minor/s).waitFor();
    await row(/Faster search.*mia.*A review: ada, zoe/s).waitFor();
    await row(/Round totals once.*An agent.*1 failed, 1 passed/s).waitFor();
    await row(/Bump left-pad.*renovate\[bot\].*Its author/s).waitFor();
    await expect.poll(() => row(/Say hello/).count()).toBe(0);
    await expectGoodPage(page);
  });

  it('narrows the list, which the address keeps, and moves through it by keys', async () => {
    const page = await bench.open('ada', 'developer', { at: '/pulls' });
    const list = page.getByRole('list', { name: 'Pull requests, newest first' });
    await page.getByLabel('Author').selectOption('person');
    await list.getByText('Faster search').waitFor();
    await list.getByText('Refuse negative').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Waits for me' }).click();
    await list.getByText('Bump left-pad').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toContain('on=ada');
    await page.reload();
    await list.getByText('Faster search').waitFor();
    await page.getByLabel('Search title, branch or number').fill('nothing like it');
    await page.getByText('No pull request fits').waitFor();
    await page.getByRole('button', { name: 'Show what is open' }).click();
    await list.getByText('Round totals once').waitFor();
    await page.getByLabel('State').selectOption('merged');
    await list.getByText('Say hello in the readme').waitFor();
    // Wherever the focus is, as long as nothing is typed there.
    await page.getByRole('heading', { level: 1, name: 'Pull requests' }).click();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Next pull request').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('Say hello in the readme');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/pulls/${pullId(105)}*`);
  });

  it('reads what happened to one in order, its findings beside the lines they are about, its checks, and where to decide', async () => {
    const page = await bench.open('zoe', 'maintainer', { at: `/pulls/${pullId(101)}` });
    const told = page.getByRole('list', { name: 'What happened' }).getByRole('listitem');
    const words = ['reeve opened it', 'mia commented', 'Checks came to a verdict: green', 'critic reviewed it', 'Its merge was asked for'];
    await expect
      .poll(async () => (await told.allInnerTexts()).map((text) => words.find((word) => text.replaceAll(/\s+/g, ' ').includes(word))))
      .toEqual(words);
    const aside = page.getByRole('complementary', { name: 'About this pull request' });
    await aside.getByText('A decision: any maintainer').waitFor();
    await aside.getByText('changed these files last week').waitFor();
    expect(await page.getByRole('link', { name: 'Decide' }).getAttribute('href')).toMatch(/^\/approvals\/act_/);

    await page.getByRole('tab', { name: 'Changes (2 open findings)' }).click();
    const file = page.getByRole('region', { name: 'src/cart.js' });
    await file.getByText('if (quantity < 0) throw', { exact: false }).waitFor();
    const below = async (): Promise<string | undefined> => {
      const rows = await file.getByRole('row').allInnerTexts();
      return rows[rows.findIndex((text) => text.includes('if (quantity < 0) throw')) + 1];
    };
    await expect.poll(below).toContain('Zero is let through.');
    await page.getByRole('region', { name: 'Findings about the change as a whole' }).getByText('There is no test for it.').waitFor();
    await page.getByText('Merges with its base').waitFor();
    await expectGoodPage(page);

    await page.getByRole('tab', { name: 'Checks' }).click();
    await page.getByText('run by Reeve').first().waitFor();
    await page.getByText('No coverage report').waitFor();
  });

  it('asks for a fix where one may, is told why not in the dialog, and sees one that is under way', async () => {
    const viewer = await bench.open('vic', 'viewer', { at: `/pulls/${pullId(103)}` });
    await viewer.getByRole('list', { name: 'What happened' }).waitFor();
    await expect.poll(() => viewer.getByRole('button', { name: 'Fix reviews' }).count()).toBe(0);

    await bench.sql("update stories set ended_as = 'failed', detail = 'It was stopped.', ended_at = now() where workflow_id = 'wf_9'");
    const page = await bench.open('ada', 'developer', { at: `/pulls/${pullId(103)}` });
    await page.getByRole('button', { name: 'Fix reviews' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Fix reviews' }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('Nothing is under way for pull request #103').waitFor();
    await page.keyboard.press('Escape');

    // Its story goes on: here it is a name in the engine's list, which hears what it is told and does nothing.
    await bench.sql("update stories set ended_as = null, detail = null, ended_at = null where workflow_id = 'wf_9'");
    await bench.sql("insert into dbos.workflow_status (workflow_uuid, status, name) values ('wf_9', 'SUCCESS', 'delivery.story')");
    await page.getByRole('button', { name: 'Fix reviews' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Fix reviews' }).click();
    await page.getByRole('region', { name: 'Messages' }).getByText('An agent takes up the remarks.').waitFor();
    await page.getByRole('complementary').getByText('ada asked to have the remarks of the reviews worked on', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Fix conflict' }).waitFor({ state: 'detached' });
    const made = await bench.sql('select what, asked_by, workflow_id from pull_fixes where pull_id = $1', [pullId(103)]);
    expect(made).toEqual([{ what: 'reviews', asked_by: 'person:ada', workflow_id: 'wf_9' }]);
  });

  it('answers and ends a conversation beside a line, which the forge has a moment later', async () => {
    const { head_sha: head } = await bench.api.get<{ head_sha: string }>(`/v1/pulls/${pullId(101)}`);
    await bench.sql(
      `insert into local_items (repository, number, kind, title, author, head_branch, base_branch, head_sha)
       values ('acme/shop', 101, 'pull', 'Refuse negative quantities', 'reeve', 'ai-7', 'main', $1)`,
      [head],
    );
    await bench.sql(
      `insert into local_review_comments (id, repository, number, author, path, line, body, head_sha)
       values ('cmt_seed', 'acme/shop', 101, 'mia', 'src/cart.js', 2, 'And zero?', $1)`,
      [head],
    );
    const viewer = await bench.open('vic', 'viewer', { at: `/pulls/${pullId(101)}?tab=conversations` });
    await viewer.getByText('And zero?').waitFor();
    await expect.poll(() => viewer.getByRole('button', { name: /Reply|Resolve/ }).count()).toBe(0);
    const page = await bench.open('zoe', 'maintainer', { at: `/pulls/${pullId(101)}?tab=conversations` });
    const said = page.getByRole('list', { name: 'Conversations' });
    await said.getByRole('button', { name: 'Reply in src/cart.js:2' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Your answer' }).fill('Zero is refused as well.');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await said.getByText('Zero is refused as well.').waitFor();
    await said.getByText('Written in Reeve by zoe').waitFor();
    await said.getByRole('button', { name: 'Resolve src/cart.js:2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await said.getByText('resolved', { exact: true }).waitFor();
    await expectGoodPage(page);
    const done = await bench.api.get<{ items: Array<{ kind: string; status: string; record: { proposer: { subject: string } } }> }>(
      `/v1/actions?work_item=iss_01JABCDEFGHJKMNPQRSTVWXYZ7`,
    );
    expect(
      done.items.filter(({ kind }) => kind.startsWith('pr.thread.')).map(({ kind, status, record }) => [kind, status, record.proposer.subject]),
    ).toEqual([
      ['pr.thread.resolve', 'executed', 'person:zoe'],
      ['pr.thread.reply', 'executed', 'person:zoe'],
    ]);
  });

  it('sees what waits for each reviewer, in the order of the alphabet, with what was measured and what was not', async () => {
    const page = await bench.open('zoe', 'maintainer', { at: '/pulls?view=reviewers' });
    const rows = page.getByRole('region', { name: 'Reviewers' }).getByRole('row');
    await page.getByRole('rowheader', { name: /Ada/ }).waitFor();
    await expect
      .poll(async () => (await rows.allInnerTexts()).slice(1))
      .toEqual([
        expect.stringMatching(/^Ada\b[\s\S]*1 of 3[\s\S]*none answered[\s\S]*acme\/shop#102/),
        expect.stringMatching(/^Owner\b[\s\S]*0 of 3[\s\S]*not asked[\s\S]*Nothing waits/),
        expect.stringMatching(/^Zoe\b[\s\S]*2 of 3[\s\S]*acme\/shop#102[\s\S]*and 1 more/),
      ]);
    await expectGoodPage(page);
  });

  it('a change on the forge is shown without a reload, and one that is not there says so', async () => {
    const page = await bench.open('zoe', 'maintainer', { at: '/pulls' });
    await untilLive(page);
    const list = page.getByRole('list', { name: 'Pull requests, newest first' });
    await list.getByText('Faster search').waitFor();
    await bench.sql("update pulls set title = 'Much faster search' where id = $1", [pullId(102)]);
    const [project] = await bench.api.all<{ id: string }>('/v1/projects', {});
    await bench.api.post('/v1/issues', { project_id: project?.id, title: 'Something else' });
    await list.getByText('Much faster search').waitFor();
    await page.goto(`${bench.url}/pulls/pull_01JABCDEFGHJKMNPQRSTVWXYZ0`);
    await page.getByText('There is nothing here').waitFor();
  });
});
