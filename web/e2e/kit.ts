/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterEach, describe, expect } from 'vitest';
import { stringify } from 'yaml';
import { createApiClient, type ApiClient } from '../../src/cli/api/client.ts';
import { createPool } from '../../src/platform/db/index.ts';
import { CHROMIUM, QUIET_CHROMIUM } from '../../test/kit/chromium.ts';
import { LONG } from '../../test/kit/long.ts';
import { serve, type ServeProcess } from '../../test/kit/reeve.ts';

/**
 * The bench of browser tests: the real server as a process of its own, a real Chromium, people with roles. Tests find things by role and label, as
 * people and screen readers do.
 */
const root = path.resolve(import.meta.dirname, '../..');
if (CHROMIUM === undefined && process.env['REEVE_REQUIRE_BROWSER'] === '1') throw new Error('REEVE_REQUIRE_BROWSER=1, but no Chromium is installed.');

/** `describe` for tests that need a browser; left out, with a word, where none is installed. */
// The title is the first argument of what this answers.
// oxlint-disable-next-line vitest/valid-describe-callback
export const inBrowser = describe.runIf(CHROMIUM !== undefined);

export type Role = 'viewer' | 'developer' | 'maintainer' | 'manager' | 'admin';

export interface ConsoleOptions {
  /** Contents of `reeve.yaml`. */
  config?: object;
  env?: Record<string, string>;
}

export interface View {
  theme?: 'light' | 'dark';
  /** Width and height in pixels; default 1280 by 900. */
  size?: { width: number; height: number };
  /** Where to go first; default `/`. */
  at?: string;
  /** The browser stays open after the test that opened it. */
  stays?: boolean;
}

const ofThisTest: BrowserContext[] = [];
/** What the pages had to complain about, page by page; emptied after each test. */
const heardByPages: string[][] = [];

// A page that is not looked at any more would go on following everything that happens.
afterEach(async () => {
  for (const context of ofThisTest.splice(0)) await context.close();
  const complained = heardByPages.flatMap((heard) => heard.splice(0));
  if (complained.length > 0) throw new Error(`The pages of this test complained:\n${complained.join('\n')}`);
});

export interface ConsoleBench {
  url: string;
  folder: string;
  /** Of the server's own database. */
  databaseUrl: string;
  /** The API as the admin of the installation. */
  api: ApiClient;
  server: ServeProcess;
  /** The API as a person with this role; made when first asked for. */
  as(handle: string, role: Role): Promise<ApiClient>;
  /** A browser of their own, signed in as that person, at a page. */
  open(handle: string, role: Role, view?: View): Promise<Page>;
  /** A browser that is not signed in. */
  openAnonymous(view?: View): Promise<Page>;
  /** Statements on the server's database: seeding what would take too long by the API. */
  sql(text: string, values?: readonly unknown[]): Promise<Array<Record<string, unknown>>>;
  /** Ends the server and starts it anew on the same data and the same port. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export async function startConsole(options: ConsoleOptions = {}): Promise<ConsoleBench> {
  execFileSync(process.execPath, [path.join(root, 'tools/build-web.ts')], { cwd: root, stdio: ['ignore', 2, 2] });
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-console-'));
  if (options.config !== undefined) writeFileSync(path.join(folder, 'reeve.yaml'), stringify(options.config));
  let server = await serve({ cwd: folder, env: options.env ?? {} });
  let isRestarting = false;
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: [...QUIET_CHROMIUM] });
  const people = new Map<string, Promise<string>>();
  const databaseUrl = server.databaseUrl ?? '';
  const pool = createPool({ connection: { url: databaseUrl }, max: 1 }, () => {});
  const bench: ConsoleBench = {
    url: server.url,
    folder,
    databaseUrl,
    api: createApiClient(server),
    get server() {
      return server;
    },
    as: async (handle, role) => createApiClient({ url: server.url, token: await tokenOf(handle, role) }),
    async open(handle, role, view = {}) {
      const page = await newPage(browser, () => isRestarting, view);
      const response = await fetch(`${server.url}/v1/sessions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await tokenOf(handle, role)}` },
      });
      const [name, value] = (response.headers.get('set-cookie') ?? '').split(';', 1)[0]?.split('=') ?? [];
      await page.context().addCookies([{ name: name ?? '', value: value ?? '', url: server.url, httpOnly: true, sameSite: 'Strict' }]);
      await page.goto(`${server.url}${view.at ?? '/'}`);
      return page;
    },
    async openAnonymous(view = {}) {
      const page = await newPage(browser, () => isRestarting, view);
      await page.goto(`${server.url}${view.at ?? '/'}`);
      return page;
    },
    sql: async (text, values = []) => (await pool.query<Record<string, unknown>>(text, [...values])).rows,
    async restart() {
      isRestarting = true;
      await server.end('SIGTERM');
      server = await serve({ cwd: folder, env: { ...options.env, REEVE_PORT: new URL(server.url).port } });
      isRestarting = false;
    },
    async end() {
      await browser.close();
      await pool.end();
      await server.end('SIGTERM');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return bench;

  function tokenOf(handle: string, role: Role): Promise<string> {
    const known = people.get(handle) ?? makePerson(bench.api, handle, role);
    people.set(handle, known);
    return known;
  }
}

async function makePerson(api: ApiClient, handle: string, role: Role): Promise<string> {
  const name = handle.replace(/^./, (letter) => letter.toUpperCase());
  await api.post('/v1/people', { handle, name, email: `${handle}@example.com`, role });
  const { token } = await api.post<{ token: string }>('/v1/tokens', { name: `${handle} in a browser`, role, person: handle });
  return token;
}

async function newPage(
  browser: Browser,
  isRestarting: () => boolean,
  { theme = 'light', size = { width: 1280, height: 900 }, stays = false }: View,
): Promise<Page> {
  const context = await browser.newContext({ colorScheme: theme, viewport: size, reducedMotion: 'reduce', acceptDownloads: true });
  if (!stays) ofThisTest.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  watch(page, isRestarting);
  return page;
}

const complaints = new WeakMap<Page, string[]>();

/**
 * Scripts that fail, what the content security policy refuses, and what the server could not answer, unless it is being restarted. Refusals of the API
 * that a test provokes are not complaints.
 */
function watch(page: Page, isRestarting: () => boolean): void {
  const heard: string[] = [];
  complaints.set(page, heard);
  heardByPages.push(heard);
  page.on('response', (response) => {
    if (response.status() >= 500 && !isRestarting()) heard.push(`${response.request().method()} ${response.url()}: ${response.status()}`);
  });
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) heard.push(message.text());
  });
}

/** Resolves once the page says that it is up to date. */
export const untilLive = (page: Page): Promise<void> => page.getByRole('status').filter({ hasText: 'Live' }).waitFor();

/** Resolves once the page says that what it shows may be old. */
export const untilStale = (page: Page): Promise<void> => page.getByRole('status').filter({ hasText: 'Stale' }).waitFor();

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds against WCAG 2.2 AA on the page as it stands, as sentences; empty: nothing. */
export async function axe(page: Page): Promise<string[]> {
  const { readFileSync } = await import('node:fs');
  // Not by a script element: the page's policy would refuse it.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations } = await page.evaluate(
    async (tags) =>
      (globalThis as unknown as { axe: { run(on: Document, options: object): Promise<AxeResults> } }).axe.run(document, { runOnly: tags }),
    RULES,
  );
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .map((node) => node.html)
        .join(' | ')
        .slice(0, 400)}`,
  );
}

/** Pixels by which the page is wider than its window; 0: nothing is cut off and nothing scrolls sideways. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));

/** How far what is seen may move by itself, as browsers count it; they call 0.1 good. */
const STILL = 0.05;

/**
 * What is seen stays where it is while the page at this address loads, wide and narrow. Answers come late, so that every place held for one is drawn.
 * `until`: what is there once the page is.
 */
export async function expectStill(page: Page, at: string, until: () => Promise<unknown>): Promise<void> {
  const size = page.viewportSize();
  let asked = 0;
  await page.addInitScript(countShifts);
  await page.route('**/v1/**', async (route) => {
    // Not all at once: whatever comes first has to leave the rest where it is.
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 150 + 150 * (asked % 3)));
    await route.fallback().catch(() => {});
  });
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(at);
    await until();
    await expect.poll(() => page.getByRole('status', { name: 'Loading' }).count()).toBe(0);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: Array<{ value: number; of: string[] }> }).shifts);
    const moved = shifts.reduce((sum, { value }) => sum + value, 0);
    expect(moved, `moved at ${width} pixels: ${JSON.stringify(shifts)}`).toBeLessThan(STILL);
  }
  await page.unroute('**/v1/**');
  if (size !== null) await page.setViewportSize(size);
}

/** Runs in the page, before anything else does. */
function countShifts(): void {
  interface Shift extends PerformanceEntry {
    value: number;
    sources: Array<{ node: Element | null; previousRect: DOMRect; currentRect: DOMRect }>;
  }
  const shifts: Array<{ value: number; of: string[] }> = [];
  Object.assign(globalThis, { shifts });
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries() as Shift[]) {
      const of = sources.map(({ node, previousRect: from, currentRect: to }) => `${node?.textContent?.slice(0, 40)}: ${from.y} -> ${to.y}`);
      shifts.push({ value, of });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/**
 * The demands on every page: nothing that axe objects to, in light on a wide screen and in dark at 360 pixels; nothing wider than the window at
 * either; no failed script and nothing that the policy refused. Leaves the page at the size it had, in light.
 */
export async function expectGoodPage(page: Page): Promise<void> {
  const size = page.viewportSize();
  for (const [theme, width] of LOOKS) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await overflow(page), `sideways at ${width} pixels`).toBe(0);
    expect(await axe(page), `axe, ${theme} at ${width} pixels`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (size !== null) await page.setViewportSize(size);
  expect(complaints.get(page) ?? []).toEqual([]);
}

/** Each colour on each width in the full form; the short one has every colour and every width once. */
const LOOKS: ReadonlyArray<readonly ['light' | 'dark', number]> = LONG
  ? [
      ['light', 1440],
      ['dark', 1440],
      ['light', 360],
      ['dark', 360],
    ]
  : [
      ['light', 1440],
      ['dark', 360],
    ];
