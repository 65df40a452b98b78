import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHROMIUM, QUIET_CHROMIUM } from '../../test/kit/chromium.ts';
import { spawnReeve } from '../../test/kit/reeve.ts';
import { inBrowser } from './kit.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Approves what the page of one approval shows, as a person does: press, type what is asked for, press. */
async function approve(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Approve/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve' });
  await dialog.waitFor();
  const confirm = dialog.getByLabel('This is high risk: type the name of the repository');
  if ((await confirm.count()) > 0) await confirm.fill('sample/shop');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await dialog.waitFor({ state: 'detached' });
}

inBrowser('the demo', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-demo-'));
  let demo: ReturnType<typeof spawnReeve>;
  let browser: Browser;
  let link = '';
  beforeAll(async () => {
    execFileSync(process.execPath, [path.join(root, 'tools/build-web.ts')], { cwd: root, stdio: ['ignore', 2, 2] });
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: [...QUIET_CHROMIUM] });
    demo = spawnReeve(['demo'], { cwd: folder });
    let said = '';
    link = await new Promise<string>((found, failed) => {
      demo.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const url = /http:\/\/\S+\/sign-in#link=[\w-]{43}/.exec(said)?.[0];
        if (url !== undefined) found(url);
      });
      demo.once('exit', () => failed(new Error(`The demo ended: ${said}`)));
    });
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    if (demo.exitCode === null) {
      demo.kill('SIGINT');
      await new Promise((done) => demo.once('exit', done));
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('leads from its link to a first approved merge, by what the pages say alone', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.goto(link);
    await page.getByRole('region', { name: 'Your day begins here' }).getByRole('button', { name: 'Leave the tour' }).click();
    const toLookAt = page.getByRole('list', { name: 'What to look at first' });
    await toLookAt
      .getByRole('link', { name: /Start work on #\d+/ })
      .first()
      .click();
    await approve(page);
    // An agent works; its pull request asks by itself for a yes of its own.
    await page.getByRole('link', { name: 'Home' }).click();
    await toLookAt.getByRole('link', { name: /Merge/ }).first().click({ timeout: 120_000 });
    await approve(page);
    await expect
      .poll(async () => page.evaluate(async () => ((await (await fetch('/v1/issues?state=merged')).json()) as { items: unknown[] }).items.length), {
        timeout: 60_000,
      })
      .toBeGreaterThan(0);
    await page.goto(new URL('/', link).href);
    await page.getByRole('link', { name: /[1-9]\d* issues? done/ }).waitFor();
  }, 240_000);
});
