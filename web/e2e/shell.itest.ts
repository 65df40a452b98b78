import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectGoodPage, inBrowser, startConsole, untilLive, untilStale, type ConsoleBench } from './kit.ts';

inBrowser('somebody moves about in the console', () => {
  let bench: ConsoleBench;
  beforeAll(async () => {
    bench = await startConsole();
  });
  afterAll(() => bench.end());

  it('who is not signed in is asked to, and is brought back to where they wanted to go', async () => {
    const page = await bench.openAnonymous({ at: '/ledger' });
    await page.waitForURL('**/sign-in?return_to=%2Fledger');
  });

  it('a page is sent with a policy that allows no inline script or style, and a number of its own each time', async () => {
    const policies = await Promise.all([1, 2].map(async () => (await fetch(bench.url)).headers.get('content-security-policy') ?? ''));
    for (const policy of policies) expect(policy).not.toContain('unsafe-inline');
    expect(policies[0]).not.toBe(policies[1]);
  });

  it('every place is a link, a key, and an address that can be loaded', async () => {
    const page = await bench.open('mona', 'maintainer');
    for (const [label, key, address] of [
      ['Approvals', 'a', '/approvals'],
      ['Work', 'w', '/work'],
      ['Merge queue', 'q', '/queue'],
      ['Ledger', 'l', '/ledger'],
    ] as const) {
      await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: label }).click();
      await page.waitForURL(`${bench.url}${address}*`);
      await page.keyboard.press('g');
      await page.keyboard.press('h');
      await page.waitForURL(`${bench.url}/`);
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL(`${bench.url}${address}*`);
      await page.reload();
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
  });

  it('the list of keys and the way to anything open by a key, and Escape leads back', async () => {
    const page = await bench.open('mona', 'maintainer');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Go to Approvals').waitFor();
    await page.keyboard.press('Escape');
    // Nothing had the focus before: it is where one reads.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.keyboard.press('.');
    await page.getByRole('combobox', { name: /Name of a place/ }).waitFor();
    await page.keyboard.type('merge');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${bench.url}/queue*`);
  });

  it('on a narrow screen the places are behind a button, and the theme that was chosen stays', async () => {
    const page = await bench.open('mona', 'maintainer', { size: { width: 360, height: 740 } });
    await page.getByRole('button', { name: 'Open the list of places' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Work' }).click();
    await page.waitForURL(`${bench.url}/work*`);
    // It gives the focus back when it is gone, which closes a menu that was opened before.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Work' }).waitFor();
    await page.getByRole('button', { name: /menu$/ }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
  });

  it('an address that is no place says so; a server that is gone makes the page stale, and back again live', async () => {
    const page = await bench.open('mona', 'maintainer', { at: '/nowhere' });
    await page.getByText('There is no such page').waitFor();
    await page.goto(`${bench.url}/ledger`);
    await untilLive(page);
    const restarted = bench.restart();
    await untilStale(page);
    await restarted;
    await untilLive(page);
  });

  it('a computer without a network goes on with a server that answers', async () => {
    const page = await bench.open('mona', 'maintainer');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.evaluate(() => window.dispatchEvent(new Event('offline')));
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Work' }).click();
    await page.getByText('No open issues').waitFor();
  });

  it('what happens between the reading of a page and the opening of its line is shown as well', async () => {
    const project = await bench.api.post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Shop' });
    const page = await bench.open('mona', 'maintainer', { at: '/work' });
    let letOpen = (): void => {};
    const mayOpen = new Promise<void>((resolve) => (letOpen = resolve));
    await page.route('**/v1/stream?*', async (line) => {
      await mayOpen;
      await line.continue();
    });
    const listed = page.waitForResponse((response) => new URL(response.url()).pathname === '/v1/issues');
    await page.reload();
    await (await listed).finished();
    await bench.api.post('/v1/issues', { project_id: project.id, title: 'Told while nobody listened' });
    letOpen();
    await page.getByText('Told while nobody listened').waitFor();
  });

  it('what an address says that nobody understands is left out of it, and the page opens', async () => {
    const page = await bench.open('mona', 'maintainer');
    for (const [address, becomes, title] of [
      ['/work?state=zzz&type=true&priority=P1', '/work?priority=%5B%22P1%22%5D', 'Work'],
      ['/queue?target={}', '/queue', 'Merge queue'],
      ['/ledger?kind={}', '/ledger', 'Ledger'],
      ['/compliance?project={}&from=xx&to=5', '/compliance', 'Compliance'],
    ] as const) {
      await page.goto(bench.url + address);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      expect(page.url()).toBe(bench.url + becomes);
    }
    const stranger = await bench.openAnonymous({ at: '/sign-in?return_to=["//evil.example"]' });
    await stranger.getByRole('heading', { level: 1, name: 'Sign in to Reeve' }).waitFor();
    expect(stranger.url()).toBe(`${bench.url}/sign-in`);
  });

  it('the frame passes axe in both themes, wide and narrow', async () => {
    const page = await bench.open('mona', 'maintainer', { at: '/ledger' });
    await untilLive(page);
    await expectGoodPage(page);
  });
});
