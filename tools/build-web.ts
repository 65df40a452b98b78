import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Builds the console into `web/dist`, from where `reeve serve` answers; does nothing while that is what the sources say. `npm ci` runs it, and so
 * do the tests that open a browser. `--force` builds in any case.
 */
const root = path.resolve(import.meta.dirname, '..');
const web = path.join(root, 'web');
const dist = path.join(web, 'dist');
const stamp = path.join(dist, '.built-from');

/** Digest of everything the build reads. */
function digestOfSources(): string {
  const hash = createHash('sha256');
  const files = [
    'web/index.html',
    'web/package.json',
    'web/vite.config.ts',
    'package-lock.json',
    ...filesBelow('web/src'),
    ...filesBelow('web/public'),
  ];
  for (const file of files.toSorted())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

const vite = path.join(root, 'node_modules/vite/bin/vite.js');
if (!existsSync(vite) || !existsSync(path.join(web, 'src'))) {
  // An installation without the development tools has the console built already.
  process.exit(0);
}
/**
 * Builds beside and moves over: a server that answers from `dist` meanwhile, and pages that are open, find the files they ask for. What an earlier
 * build left stays until `--force` (packing), because its names say what is in it.
 */
function build(digest: string, clean: boolean): void {
  const fresh = path.join(web, `dist.${process.pid}`);
  try {
    execFileSync(process.execPath, [vite, 'build', '--logLevel', 'error', '--outDir', fresh], {
      cwd: web,
      stdio: ['ignore', 2, 2],
      // A test runner that asks for the build says `test`, and React would come with its development checks.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    writeFileSync(path.join(fresh, '.built-from'), digest);
    if (clean) rmSync(dist, { recursive: true, force: true });
    cpSync(path.join(fresh, 'assets'), path.join(dist, 'assets'), { recursive: true });
    // The page names the others: last.
    cpSync(fresh, dist, { recursive: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

const digest = digestOfSources();
const force = process.argv.includes('--force');
if (force || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) build(digest, force);
