/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { CHROMIUM, QUIET_CHROMIUM } from '../test/kit/chromium.ts';
import { openSession, startDemoEstate } from './demo-estate.ts';
import type { Result } from './samples.ts';

const LOADS = 7;
/** Every issue of the demo has long ended by then; pages are full either way. */
const DEMO_MS = 90_000;
const root = path.resolve(import.meta.dirname, '..');
const PAGES = ['/', '/approvals', '/work', '/queue', '/ledger'] as const;

/**
 * The console over the demo's estate in a real Chromium, each load in a browser that has nothing kept: until something is drawn (first contentful
 * paint), until keys and buttons answer (the frame is there and the last task over 50 ms is done), how far things moved meanwhile; and how much
 * script the first page needs.
 */
export async function benchConsole(): Promise<Result[]> {
  execFileSync(process.execPath, [path.join(root, 'tools/build-web.ts')], { cwd: root, stdio: ['ignore', 2, 2] });
  const sizes = bundle();
  if (CHROMIUM === undefined) return sizes;
  const demo = await startDemoEstate();
  await demo.decide(DEMO_MS);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET_CHROMIUM] });
  try {
    const cookie = await openSession(demo);
    const loads: Load[] = [];
    for (const at of PAGES) for (let n = 0; n < LOADS; n += 1) loads.push(await load(browser, { url: demo.url, cookie, at }));
    return [
      ...sizes,
      { name: 'console: first contentful paint', unit: 'ms', samples: loads.map(({ paintMs }) => paintMs) },
      { name: 'console: interactive', unit: 'ms', samples: loads.map(({ interactiveMs }) => interactiveMs) },
      { name: 'console: layout shift', unit: 'score', samples: loads.map(({ shift }) => shift) },
    ];
  } finally {
    await browser.close();
    await demo.end();
  }
}

interface ManifestEntry {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
}

/** What the first page loads whatever it shows: the entry with everything it imports. */
function bundle(): Result[] {
  const dist = path.join(root, 'web/dist');
  const manifest = JSON.parse(readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, ManifestEntry>;
  const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry === true) ?? '';
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const next of manifest[name]?.imports ?? []) reach(next);
  };
  reach(entry);
  const gzipKb = (files: readonly string[]): number =>
    files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(dist, file))).length, 0) / 1024;
  const entries = Array.from(reached, (name) => manifest[name]).filter((one) => one !== undefined);
  return [
    { name: 'console: main bundle, gzip', unit: 'kB', samples: [gzipKb(entries.map(({ file }) => file))] },
    { name: 'console: styles, gzip', unit: 'kB', samples: [gzipKb([...new Set(entries.flatMap(({ css }) => css ?? []))])] },
  ];
}

interface Load {
  paintMs: number;
  interactiveMs: number;
  /** Cumulative layout shift. */
  shift: number;
}

async function load(
  browser: Browser,
  { url, cookie, at }: { url: string; cookie: { name: string; value: string; url: string }; at: string },
): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    await context.addCookies([cookie]);
    const page = await context.newPage();
    await page.addInitScript(() => {
      const seen = { lastLongTaskEndMs: 0, shift: 0 };
      Object.assign(globalThis, { seen });
      new PerformanceObserver((list) => {
        for (const task of list.getEntries()) seen.lastLongTaskEndMs = Math.max(seen.lastLongTaskEndMs, task.startTime + task.duration);
      }).observe({ type: 'longtask', buffered: true });
      new PerformanceObserver((list) => {
        for (const shift of list.getEntries() as Array<PerformanceEntry & { value: number; hadRecentInput: boolean }>)
          if (!shift.hadRecentInput) seen.shift += shift.value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${url}${at}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('load');
    await page.waitForTimeout(1500);
    return await page.evaluate(() => {
      const { seen } = globalThis as unknown as { seen: { lastLongTaskEndMs: number; shift: number } };
      const paintMs = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN;
      const framed = performance.getEntriesByName('reeve.interactive')[0]?.startTime ?? Number.NaN;
      return { paintMs, interactiveMs: Math.max(framed, seen.lastLongTaskEndMs), shift: seen.shift };
    });
  } finally {
    await context.close();
  }
}
