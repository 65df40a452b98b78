import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { living } from '../../kit/processes.ts';

let child: ChildProcess | null = null;
afterEach(() => child?.kill('SIGKILL'));

interface Told {
  api_url: string;
  git_url: string;
  tokens: Record<string, string>;
  app: { id: number; private_key_file: string };
}

async function start(...args: string[]): Promise<Told> {
  child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--json', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  for await (const line of lines) return JSON.parse(line) as Told;
  throw new Error('the fake said nothing');
}

describe('the fake as a process', () => {
  it('prints its addresses, takes orders, and ends with the signal without leaving anything', async () => {
    const told = await start('--repository', 'acme/shop', '--user', 'mia', '--app', 'reeve');
    expect(told.git_url).toBe(`${told.api_url}/{owner}/{repo}.git`);
    expect(await readFile(told.app.private_key_file, 'utf8')).toContain('PRIVATE KEY');
    const order = async (name: string, given?: unknown) =>
      (
        await fetch(`${told.api_url}/_fake/${name}`, { method: 'POST', ...(given === undefined ? {} : { body: JSON.stringify(given) }) })
      ).json() as Promise<Record<string, unknown>>;
    await order('as/mia/openIssue', ['acme/shop', { title: 'Bug' }]);
    await order('faults', { method: 'GET', path: '/issues/1$', do: { kind: 'status', status: 503 } });
    const read = () => fetch(`${told.api_url}/repos/acme/shop/issues/1`, { headers: { authorization: `Bearer ${told.tokens['mia']}` } });
    expect((await read()).status).toBe(503);
    expect(await (await read()).json()).toMatchObject({ title: 'Bug', user: { login: 'mia' } });
    await order('ci', { runs: [[{ name: 'test', conclusion: 'failure' }], [{ name: 'test', conclusion: 'success' }]], on: 'push' });
    expect(await order('as/mia/fly', [])).toMatchObject({ message: 'people cannot fly' });
    expect(await order('journal')).toMatchObject({ violations: [], errors: [], effects: [{ kind: 'issue.created', by: 'mia' }] });
    const pid = child?.pid ?? 0;
    const ended = new Promise<number | null>((resolve) => child?.on('exit', (code) => resolve(code)));
    child?.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(living([pid])).toEqual([]);
    await expect(readFile(told.app.private_key_file)).rejects.toThrow('ENOENT');
  });
});
