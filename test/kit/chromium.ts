import { existsSync } from 'node:fs';

/**
 * A Chromium of this machine, or undefined. The headless one is preferred: the same engine without a desktop browser around it starts in a third
 * of the time.
 */
export const CHROMIUM: string | undefined = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => existsSync(file));

/** Nothing of the browser's own: no network, no first-run pages, no graphics card. */
export const QUIET_CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;
