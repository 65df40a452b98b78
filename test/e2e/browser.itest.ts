import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { CHROMIUM, QUIET_CHROMIUM } from '../kit/chromium.ts';

if (CHROMIUM === undefined && process.env['REEVE_REQUIRE_BROWSER'] === '1') throw new Error('REEVE_REQUIRE_BROWSER=1, but no Chromium is installed.');

describe.runIf(CHROMIUM !== undefined)('a developer opens the API documentation in a browser', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-browser-'));
  let server: RunningServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer(
      loadAppConfig({ REEVE_DATA_DIR: path.join(folder, 'data'), REEVE_PORT: '0', REEVE_LOG_LEVEL: 'silent' }, folder),
      'api',
    );
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: [...QUIET_CHROMIUM] });
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('and finds every group of routes, with nothing refused by the content security policy', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${server.url}/docs/`);
    await page
      .getByRole('heading', { name: /^Reeve/ })
      .first()
      .waitFor();
    for (const group of ['merge queue', 'approvals', 'ledger', 'jobs']) expect(await page.locator(`[data-tag="${group}"]`).count()).toBe(1);
    await page.locator('[data-tag="merge queue"]').click();
    await page.getByText('/v1/queue', { exact: false }).first().waitFor();
    expect(complaints).toEqual([]);
  });
});
