import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient } from '../../src/cli/api/client.ts';
import { expectGoodPage, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';

/** Looser than what is shipped where titles are tidied, stricter nowhere. */
const LOOSER = ['pr.assign:                { risk: low,    mode: ask }', 'pr.assign:                { risk: low,    mode: auto }'] as const;

inBrowser('the policy', () => {
  let bench: ConsoleBench;
  let api: ApiClient;
  beforeAll(async () => {
    bench = await startConsole();
    api = await bench.as('dora', 'developer');
    const project = await bench.api.post<{ id: string }>('/v1/projects', { key: 'desk', name: 'Front desk' });
    await bench.api.post('/v1/local/repositories', { project_id: project.id, name: 'acme/desk' });
    // A decision to make again.
    await api.post('/v1/actions/propose', {
      kind: 'pr.assign',
      target: { forge: 'local', repo: 'acme/desk', number: 1 },
      args: { assignees: ['bo'] },
    });
  }, 120_000);
  afterAll(() => bench.end());

  const editorOf = (page: Page) => page.getByRole('textbox', { name: 'Policy' });
  const status = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();

  /** Puts a text where the whole policy stood, as somebody does who pastes. */
  async function write(page: Page, text: string): Promise<void> {
    await editorOf(page).click();
    await page.keyboard.press('Control+a');
    await page.evaluate(async (given) => {
      const data = new DataTransfer();
      data.setData('text/plain', given);
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  }

  async function approve(handle: string, id: string): Promise<void> {
    const own = await bench.as(handle, 'maintainer');
    const { digest, confirm } = await own.get<{ digest: string; confirm: string | null }>(`/v1/approvals/${id}`);
    await own.post(`/v1/approvals/${id}/decision`, {
      decision: 'approve',
      digest,
      reason: 'as discussed',
      ...(confirm === null ? {} : { confirm }),
    });
  }

  async function decline(handle: string, id: string): Promise<void> {
    const own = await bench.as(handle, 'maintainer');
    const { digest } = await own.get<{ digest: string }>(`/v1/approvals/${id}`);
    await own.post(`/v1/approvals/${id}/decision`, { decision: 'decline', digest, reason: 'not this week' });
  }

  const inForce = async (): Promise<string> => (await bench.api.get<{ text: string }>('/v1/policy')).text;

  it('who is limited to one project reads its rules and the figures of its queue', async () => {
    const page = await bench.open('lena', 'manager');
    const { items } = await bench.api.get<{ items: Array<{ id: string; handle: string }> }>('/v1/people?limit=100');
    const limit = async (projects: string[]) =>
      fetch(`${bench.url}/v1/people/${items.find(({ handle }) => handle === 'lena')?.id}/projects`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${bench.server.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ projects }),
      });
    expect((await limit(['desk'])).status).toBe(200);
    await page.goto(`${bench.url}/settings/policy`);
    await editorOf(page).waitFor();
    await page.goto(`${bench.url}/queue`);
    await page.getByText('Landed').first().waitFor();
    expect(await page.getByText('Not in your projects').count()).toBe(0);
  });

  it('bad YAML and unknown words are marked at their lines as one types, and cannot be proposed', async () => {
    const page = await bench.open('dora', 'developer', { at: '/settings/policy' });
    await status(page, 'valid');
    await write(page, 'version: 1\nactions:\n  pr.merge:\n    risk: high\n    mode: maybe\n  pr.label: [\n');
    await status(page, 'problem');
    await page
      .getByRole('list', { name: 'Problems' })
      .getByText(/Line \d+:/)
      .first()
      .waitFor();
    await write(page, 'version: 1\nactions:\n  pr.merge:\n    risk: high\n    mode: maybe\n');
    await page.getByRole('list', { name: 'Problems' }).getByText('Line 5:').waitFor();
    await page.getByText('actions.pr.merge.mode').first().waitFor();
    expect(await page.getByRole('button', { name: 'Propose this policy' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByRole('heading', { name: 'The rules in force' }).waitFor();
    await status(page, 'valid');
  });

  it('an action is explained by the rules in force and by the draft, from the facts of a decision that was made', async () => {
    const page = await bench.open('dora', 'developer', { at: '/settings/policy' });
    await status(page, 'valid');
    await write(page, (await inForce()).replace(...LOOSER));
    await status(page, 'valid');
    await page.getByRole('tab', { name: 'Explain' }).click();
    await page.getByLabel('Action').selectOption('pr.assign');
    const recorded = page.getByLabel('Take the facts of a decision that was made');
    const [, first] = await recorded.locator('option').all();
    await recorded.selectOption((await first?.getAttribute('value')) ?? '');
    await page.getByRole('button', { name: 'Explain' }).click();
    const answer = page.getByRole('tabpanel', { name: 'Explain' });
    await answer.getByText('runs by itself').waitFor();
    await page.getByRole('tab', { name: 'Rules' }).click();
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByRole('tab', { name: 'Explain' }).click();
    await page.getByLabel('Action').selectOption('pr.assign');
    await page.getByRole('button', { name: 'Explain' }).click();
    await answer.getByText('one yes').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Explain');
    // As the hint beside the facts says: a limit without its fact is not kept.
    await page.getByText('a limit that needs it counts as not kept').waitFor();
    await page.getByLabel('Action').selectOption('pr.merge');
    await page.getByRole('button', { name: 'Explain' }).click();
    await answer.getByRole('listitem').filter({ hasText: 'max_files_per_change not kept: The fact change.files is missing.' }).waitFor();
  });

  it('a loosening is shown by the simulation, proposed by one, approved by two others, and in force on the screen', async () => {
    const page = await bench.open('dora', 'developer', { at: '/settings/policy' });
    await untilLive(page);
    await status(page, 'valid');
    const text = (await inForce()).replace(...LOOSER);
    await write(page, text);
    await status(page, 'valid');
    await page.getByRole('heading', { name: 'What differs from the rules in force' }).waitFor();
    await page.getByRole('link', { name: 'What it would have changed' }).click();
    await page.getByRole('button', { name: 'Simulate your draft' }).click();
    await page.getByRole('group', { name: 'Summary of the simulation' }).getByText('1 looser').waitFor();
    const changed = page.getByRole('row', { name: /pr\.assign/ });
    await changed.getByText('runs by itself').waitFor();
    await changed.getByText('looser').waitFor();
    await page.getByRole('tab', { name: 'Rules' }).click();
    await page.getByRole('button', { name: 'Propose this policy' }).click();
    const waits = page.getByRole('status').filter({ hasText: 'It is proposed and waits for people.' });
    const approval = async () => {
      const link = waits.getByRole('link', { name: 'Open the approval' });
      return (await link.getAttribute('href'))?.split('/').at(-1)?.split('?')[0] ?? '';
    };
    await decline('mia', await approval());
    // It waits for nobody any more, and may be proposed again.
    await waits.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Propose this policy' }).click();
    const id = await approval();
    for (const handle of ['mia', 'max']) await approve(handle, id);
    // No press: the event of the execution renews the page, and the draft is the policy.
    await page.getByRole('heading', { name: 'The rules in force' }).waitFor();
    await page.getByText(/In force: version \d+/).waitFor();
    expect(await inForce()).toBe(text);
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('tabpanel', { name: 'Versions' }).getByText('in force', { exact: true }).waitFor();
    // What is written on is written over one's own, not over somebody else's.
    await page.getByRole('tab', { name: 'Rules' }).click();
    await write(page, `# more\n${text}`);
    await page.getByRole('heading', { name: 'What differs from the rules in force' }).waitFor();
    await expect.poll(() => page.getByText('Another policy came in force').count()).toBe(0);
  });

  it('a former text is taken as a draft, and leaving asks', async () => {
    const page = await bench.open('dora', 'developer', { at: '/settings/policy?tab=versions' });
    await page
      .getByRole('button', { name: /^Take as a draft: version/ })
      .first()
      .click();
    await page.getByRole('tab', { name: 'Rules' }).click();
    await page.getByRole('heading', { name: 'Your draft' }).waitFor();
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Ledger' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
    await page.getByRole('heading', { name: 'Your draft' }).waitFor();
  });

  it('another policy that comes in force while one writes is seen before anything is proposed, and nothing that was typed is lost', async () => {
    const before = await inForce();
    const page = await bench.open('dora', 'developer', { at: '/settings/policy' });
    await untilLive(page);
    await status(page, 'valid');
    await write(page, `# mine\n${before}`);
    await status(page, 'valid');
    const theirs = before.includes(LOOSER[1]) ? before.replace(LOOSER[1], LOOSER[0]) : before.replace(...LOOSER);
    const difference = page.locator('section').filter({ has: page.getByRole('heading', { name: 'What differs from the rules in force' }) });
    const { action_id: id } = await (
      await bench.as('noa', 'developer')
    ).post<{ action_id: string }>('/v1/policy/activate', { text: theirs, source: 'b' });
    await page.getByRole('list', { name: 'Proposed changes' }).getByText('noa', { exact: false }).waitFor();
    for (const handle of ['mia', 'max']) await approve(handle, id);
    const moved = page.getByRole('alert').filter({ hasText: 'Another policy came in force while you were writing.' });
    await moved.waitFor();
    await difference.getByText('# mine').waitFor();
    expect(await page.getByRole('button', { name: 'Propose this policy' }).isDisabled()).toBe(true);
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page
      .getByRole('button', { name: /^Take as a draft: version/ })
      .first()
      .click();
    await page.getByRole('dialog', { name: 'Replace your draft?' }).getByRole('button', { name: 'Keep my draft' }).click();
    await page.getByRole('tab', { name: 'Rules' }).click();
    await moved.getByRole('button', { name: 'Go on over the new one' }).click();
    await moved.waitFor({ state: 'detached' });
    await difference.getByText('# mine').waitFor();
    await page.getByRole('button', { name: 'Propose this policy' }).and(page.locator(':enabled')).waitFor();
  });

  it('a viewer reads and tries, and is told who proposes', async () => {
    const page = await bench.open('vera', 'viewer', { at: '/settings/policy' });
    await page.getByText('Developers and everybody above propose another policy. You are signed in as viewer.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Propose this policy' }).count()).toBe(0);
  });

  it.each(['edit', 'explain', 'simulate', 'versions'])('the view %s is for everybody: axe in both themes, 360 and 1440 pixels', async (tab) => {
    const page = await bench.open('dora', 'developer', { at: `/settings/policy?tab=${tab}` });
    await untilLive(page);
    if (tab === 'edit') await status(page, 'valid');
    if (tab === 'simulate') {
      await page.getByRole('button', { name: /^Simulate/ }).click();
      await page.getByRole('group', { name: 'Summary of the simulation' }).waitFor();
    }
    await page.getByRole('tabpanel').waitFor();
    await expectGoodPage(page);
  });
});
