import { open } from 'node:fs/promises';
import { AppError } from '#kernel/errors.ts';
import type { SecretReference } from '#kernel/secret-reference.ts';

/** Longest secret that is read; keys and tokens have a few KB. */
const MOST_BYTES = 64 * 1024;

/** `env:NAME`: another variable of Reeve's own environment, as orchestrators inject them. */
export function createEnvironmentStore(variable: (name: string) => string | undefined) {
  return {
    scheme: 'env' as const,
    async get({ path, text }: SecretReference): Promise<string> {
      return filled(variable(path) ?? '', text, 'the variable is not set');
    },
  };
}

/**
 * `file:/path`: one secret in one file, as orchestrators mount them. Refused when others than its owner may read it. The file is opened
 * first and judged by its handle, so nobody can exchange it in between.
 */
export function createFileStore() {
  return {
    scheme: 'file' as const,
    async get({ path, text }: SecretReference): Promise<string> {
      const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
        const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
        throw new AppError(missing ? 'not_found' : 'forbidden', `${text}: ${missing ? 'there is no such file' : 'the file cannot be opened'}.`, {
          code: 'secret_unreadable',
        });
      });
      try {
        const about = await handle.stat();
        if (!about.isFile()) throw new AppError('invalid', `${text}: that is no file.`, { code: 'secret_unreadable' });
        if ((about.mode & 0o077) !== 0)
          throw new AppError('forbidden', `${text}: others than its owner may read or change the file (mode ${(about.mode & 0o777).toString(8)}).`, {
            code: 'secret_exposed',
            hint: `Run: chmod 600 ${path}`,
          });
        if (about.size > MOST_BYTES)
          throw new AppError('too_large', `${text}: the file is larger than ${MOST_BYTES} bytes.`, { code: 'secret_too_large' });
        return filled(await handle.readFile('utf8'), text, 'the file is empty');
      } finally {
        await handle.close();
      }
    },
  };
}

function filled(value: string, reference: string, blank: string): string {
  const secret = value.replace(/\r?\n$/, '');
  if (secret.trim() === '') throw new AppError('not_found', `${reference}: ${blank}.`, { code: 'secret_missing' });
  return secret;
}
