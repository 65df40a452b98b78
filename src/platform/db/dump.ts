import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { AppError } from '#kernel/errors.ts';

export interface DumpOptions {
  /** The server: `postgres://user:password@host/database?sslmode=…`. */
  url: string;
  /** The file, in pg_dump's custom format. */
  file: string;
  /** Environment for the programs: PATH at least, PG* variables if wanted. The password is added, never put in an argument. */
  env: Readonly<Record<string, string>>;
}

/** Backs a database on a server of your own up with its `pg_dump`. Throws `unavailable` when that is missing or fails. */
export async function dumpServer(options: DumpOptions): Promise<void> {
  if (existsSync(options.file))
    throw new AppError('conflict', `${options.file} exists already.`, { code: 'backup_exists', hint: 'Choose another file.' });
  await runProgram('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', `--file=${options.file}`], options);
}

/**
 * Loads such a file into an empty database with `pg_restore`, in one transaction: all of it or nothing. Throws `invalid` when the file is missing.
 */
export async function restoreServer(options: DumpOptions): Promise<void> {
  if (!existsSync(options.file)) throw new AppError('invalid', `There is no file ${options.file}.`, { code: 'backup_missing' });
  await runProgram('pg_restore', ['--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges', options.file], options);
}

function runProgram(program: string, args: readonly string[], options: DumpOptions): Promise<void> {
  const { password, connection } = withoutPassword(options.url);
  const env = { ...options.env, ...(password === null ? {} : { PGPASSWORD: password }) };
  return new Promise((resolve, reject) => {
    const child = spawn(program, [`--dbname=${connection}`, '--no-password', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'ENOENT'
          ? new AppError('unavailable', `${program} is not installed here.`, {
              code: 'pg_dump_missing',
              hint: 'Install the PostgreSQL client programs of the version of your server, or newer.',
            })
          : error,
      );
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new AppError('unavailable', `${program} failed: ${said.trim() === '' ? `exit code ${code}` : said.trim()}`, { code: 'pg_dump_failed' }),
        );
    });
  });
}

/** Arguments can be read by every user of the machine; the environment cannot. */
function withoutPassword(text: string): { password: string | null; connection: string } {
  const url = new URL(text);
  const password = url.password === '' ? null : decodeURIComponent(url.password);
  url.password = '';
  return { password, connection: url.toString() };
}
