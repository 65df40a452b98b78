import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';

/**
 * Lets a person write in their editor, which has the terminal meanwhile; answers what they left. The command is run by a shell, as git does: it may
 * have arguments. AppError invalid where it ends with anything but 0. Whoever ends Reeve meanwhile ends no editor: a signal would reach the shell, and
 * leave the editor on the terminal without its file.
 */
export async function writeIn(editor: string, text: string): Promise<string> {
  // A folder and a file that only its owner reads.
  const folder = await mkdtemp(path.join(tmpdir(), 'reeve-'));
  const file = path.join(folder, 'arguments.json');
  try {
    await writeFile(file, text, { mode: 0o600 });
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
      child.on('error', reject);
      child.on('exit', resolve);
    });
    if (code !== 0) throw new AppError('invalid', `The editor ended with ${code ?? 'a signal'}. Nothing was changed.`);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long a program that opens pages has to fail; one that goes on has opened it. */
const FAILS_WITHIN_MS = 2000;

/** Opens a page in the browser of this machine. False: it could not be. */
export async function openPage(command: readonly string[], url: string): Promise<boolean> {
  const [program = '', ...more] = command;
  if (!/^https?:\/\//.test(url)) return false;
  return new Promise((resolve) => {
    const child = spawn(program, [...more, url], { stdio: 'ignore', detached: true });
    // Whoever leaves does not wait for it.
    const waited = setTimeout(() => resolve(true), FAILS_WITHIN_MS).unref();
    const settle = (opened: boolean): void => {
      clearTimeout(waited);
      resolve(opened);
    };
    child.on('error', () => settle(false));
    child.on('exit', (code) => settle(code === 0));
    child.unref();
  });
}
