/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM, QUIET_CHROMIUM } from '../test/kit/chromium.ts';
import { openSession, startDemoEstate, type DemoEstate } from '../bench/demo-estate.ts';

/**
 * Takes the pictures of `docs/images` anew from the demo, in light and dark. `--all` takes every page, also at 360 pixels and on a 4K screen, into
 * `--out DIR`: for looking at after a change.
 */
const { values } = parseArgs({ options: { all: { type: 'boolean', default: false }, out: { type: 'string' } } });
const root = path.resolve(import.meta.dirname, '..');
const out = path.resolve(values.out ?? path.join(root, 'docs/images'));
/** Enough of the demo has been decided for pages to be full. */
const DECIDE_MS = 75_000;

interface Shot {
  name: string;
  /** Address, or how it is found once the demo has come that far. */
  at: string | ((demo: DemoEstate) => Promise<string>);
  /** Part of `docs/images`. */
  main?: boolean;
}

const first =
  (list: string, page: string, query: Record<string, string> = {}) =>
  async ({ api }: DemoEstate): Promise<string> => {
    const [item] = await api.all<{ id: string }>(list, query, 1);
    return item === undefined ? page : `${page}/${item.id}`;
  };

const newestRecord = async ({ api }: DemoEstate): Promise<string> => {
  const [newest] = await api.all<{ record: { id: string } }>('/v1/compliance-records', {}, 1);
  return newest === undefined ? '/compliance' : `/compliance/${newest.record.id}`;
};

const firstMetric = async ({ api }: DemoEstate): Promise<string> => {
  const { items } = await api.get<{ items: Array<{ metric: string }> }>('/v1/metrics');
  return `/insights/${items[0]?.metric ?? ''}`;
};

/** While people are still asked. */
const BEFORE: Shot[] = [
  { name: 'approvals', at: '/approvals' },
  { name: 'approval', at: first('/v1/approvals', '/approvals', { status: 'pending' }), main: true },
  { name: 'home-busy', at: '/' },
];

const AFTER: Shot[] = [
  { name: 'home', at: '/', main: true },
  { name: 'work', at: '/work' },
  { name: 'issue', at: first('/v1/issues', '/work', { state: 'merged' }), main: true },
  { name: 'runs', at: '/runs' },
  { name: 'run', at: first('/v1/jobs', '/runs', { role: 'coder' }), main: true },
  { name: 'queue', at: '/queue', main: true },
  { name: 'change-request', at: first('/v1/change-requests', '/queue') },
  { name: 'set-aside', at: first('/v1/change-requests', '/queue', { state: 'quarantined' }) },
  { name: 'pulls', at: '/pulls' },
  { name: 'pull', at: first('/v1/pulls', '/pulls') },
  { name: 'ledger', at: '/ledger', main: true },
  { name: 'ledger-entry', at: '/ledger/40' },
  { name: 'compliance', at: '/compliance' },
  { name: 'compliance-record', at: newestRecord },
  { name: 'metrics', at: '/insights', main: true },
  { name: 'metric', at: firstMetric },
  ...['projects', 'repositories', 'people', 'agents', 'policy', 'config', 'tokens', 'sessions', 'connections', 'budget'].map((section) => ({
    name: `settings-${section}`,
    at: `/settings/${section}`,
  })),
  { name: 'welcome', at: '/welcome' },
];

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 780 };
const HUGE = { width: 3840, height: 2160 };
const SUFFIX = new Map([
  [NARROW, '-360'],
  [HUGE, '-4k'],
]);

async function take(browser: Browser, demo: DemoEstate, shots: readonly Shot[]): Promise<void> {
  for (const shot of shots.filter(({ main }) => values.all || main === true)) {
    const at = typeof shot.at === 'string' ? shot.at : await shot.at(demo);
    for (const theme of ['light', 'dark'] as const) {
      for (const size of values.all ? [WIDE, NARROW, HUGE] : [WIDE]) {
        const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce' });
        await context.addCookies([await openSession(demo)]);
        const page = await context.newPage();
        await page.goto(`${demo.url}${at}`);
        await settled(page);
        const file = `${shot.name}${SUFFIX.get(size) ?? ''}-${theme}.png`;
        await page.screenshot({ path: path.join(out, file), fullPage: values.all });
        console.log(file);
        await context.close();
      }
    }
  }
}

/** The heading is there and nothing is being read any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page
    .waitForFunction(() => document.querySelector('[role="status"][aria-label="Loading"]') === null, null, { timeout: 10_000 })
    .catch(() => {});
  await page.waitForTimeout(700);
}
if (CHROMIUM === undefined) throw new Error('No Chromium is installed.');
execFileSync(process.execPath, [path.join(root, 'tools/build-web.ts')], { cwd: root, stdio: ['ignore', 2, 2] });
mkdirSync(out, { recursive: true });
const demo = await startDemoEstate();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET_CHROMIUM] });
try {
  // A few plans wait within seconds.
  for (let n = 0; n < 100 && (await demo.api.all('/v1/approvals', { status: 'pending' })).length < 4; n += 1)
    await new Promise((resolve) => setTimeout(resolve, 300));
  await take(browser, demo, BEFORE);
  await demo.decide(DECIDE_MS);
  await take(browser, demo, AFTER);
} finally {
  await browser.close();
  await demo.end();
}
