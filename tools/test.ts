import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { CHROMIUM } from '../test/kit/chromium.ts';

/**
 * `npm test`: every test that passes on a fresh machine, and a plain word about what was left out. `--long` raises the counts of
 * chaos, fuzz and attack suites (REEVE_TEST_LONG=1) and takes as long as they take.
 */
const long = process.argv.includes('--long');
const rest = process.argv.slice(2).filter((argument) => argument !== '--long');
const env: NodeJS.ProcessEnv = { ...process.env, ...(long ? { REEVE_TEST_LONG: '1' } : {}) };

const missing: string[] = [];
if (!['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'].some((path) => existsSync(path))) {
  if (env['REEVE_REQUIRE_SANDBOX'] === '1') {
    console.error('REEVE_REQUIRE_SANDBOX=1, but bubblewrap is not installed.');
    process.exit(1);
  }
  missing.push('sandbox tests were left out: bubblewrap (bwrap) is not installed');
}

if (CHROMIUM === undefined) missing.push('browser tests were left out: no Chromium is installed');

const TMUX = ['/usr/bin/tmux', '/usr/local/bin/tmux', '/opt/homebrew/bin/tmux'];
if (!TMUX.some((path) => existsSync(path))) missing.push('tests of the terminal dashboard were left out: no tmux is installed');

const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...rest], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  for (const line of missing) console.log(`note: ${line}`);
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
