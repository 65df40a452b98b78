import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '#platform/config/index.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { startGitOverHttp } from '../../../test/fakes/git-over-http.ts';
import { withoutCredentials } from './git.ts';
import { createFilePlace, createGitPlace, createWebhookPlace } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-places-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();

test('a file gets a line per checkpoint behind those it has', async () => {
  const file = path.join(folder, 'far', 'checkpoints.jsonl');
  const place = createFilePlace(file);
  await place.publish('{"a":1}');
  await createFilePlace(file).publish('{"a":2}');
  expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"a":2}\n');
});

test('a file that cannot be written to is a sentence, not a crash', async () => {
  writeFileSync(path.join(folder, 'plain'), '');
  await expect(createFilePlace(path.join(folder, 'plain', 'x.jsonl')).publish('{}')).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'place_unwritable',
  });
});

test('a git ref gets a commit per checkpoint, also from another data directory, and keeps what was there', async () => {
  const source = path.join(folder, 'customer.git');
  git('init', '--quiet', '--bare', source);
  const ref = 'refs/heads/reeve-checkpoints';
  const place = (name: string) => createGitPlace({ source, ref, dir: path.join(folder, name), env: { PATH: process.env['PATH'] ?? '' } });
  await place('one').publish('{"n":1}');
  await place('one').publish('{"n":2}');
  await place('two').publish('{"n":3}');
  const commits = git('-C', source, 'rev-list', '--reverse', ref).split('\n');
  expect(commits.map((commit) => git('-C', source, 'show', `${commit}:checkpoint.json`))).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
});

test('a repository that is not there is a sentence without its credentials', async () => {
  const place = createGitPlace({
    source: 'file://user:s3cret@localhost/nowhere/at/all.git',
    ref: 'refs/heads/x',
    dir: path.join(folder, 'own'),
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const error = await place.publish('{}').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'unavailable', code: 'place_unreachable' });
  expect(`${String(error)} ${place.where}`).not.toContain('s3cret');
});

/** The arguments of every process there is, as anybody on the machine can read them. */
function allArguments(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

test('a git that hangs is ended when the time for a checkpoint is over', async () => {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  writeFileSync(path.join(bin, 'git'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  const place = createGitPlace({
    source: path.join(folder, 'customer.git'),
    ref: 'refs/heads/kept',
    dir: path.join(folder, 'own'),
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  await expect(place.publish('{}', AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'place_unreachable' });
});

test('a token in the address of the repository opens it, and no process ever has it among its arguments', async () => {
  git('init', '--quiet', '--bare', path.join(folder, 'customer.git'));
  git('-C', path.join(folder, 'customer.git'), 'config', 'http.receivepack', 'true');
  const token = ['tok', 'en/of', 'the+place'].join('-');
  const seen: string[] = [];
  const server = await startGitOverHttp(folder, `reeve:${token}`, () => seen.push(allArguments()));
  // Records what each git is started with: also of those that are over before anybody looks.
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  const argv = path.join(folder, 'argv');
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  writeFileSync(path.join(bin, 'git'), `#!/bin/sh\nprintf '%s\\n' "$*" >>'${argv}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  try {
    const place = createGitPlace({
      source: `http://reeve:${encodeURIComponent(token)}@${server.host}/customer.git`,
      ref: 'refs/heads/kept',
      dir: path.join(folder, 'own'),
      env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder },
    });
    await place.publish('{"n":1}');
    await place.publish('{"n":2}');
    expect(git('-C', path.join(folder, 'customer.git'), 'rev-list', '--count', 'refs/heads/kept')).toBe('2');
    expect(server.admitted).toBeGreaterThan(4);
    const looked = seen.filter((text) => text.includes(server.host));
    expect(looked).toHaveLength(seen.length);
    const started = readFileSync(argv, 'utf8');
    expect(started).toContain('push');
    for (const text of [...seen, started]) for (const form of [token, encodeURIComponent(token)]) expect(text.includes(form)).toBe(false);
    expect(place.where).toBe(`http://${server.host}/customer.git refs/heads/kept`);
  } finally {
    await server.close();
  }
});

test.each(['https://u:p%40ss@h/x', 'HTTPS://u:p@ss@h/x', 'https://u:a:b@h', 'https://u:100%@h/x'])(
  'the password that git gets of %s is the one that is kept out of texts',
  (source) => {
    const folderOf = { cwd: folder, env: { REEVE_LEDGER_CHECKPOINT_GIT: source } };
    expect(loadConfig(folderOf).secrets).toContain(withoutCredentials(source).env['REEVE_GIT_PASSWORD']);
    expect(withoutCredentials(source).source).not.toContain('@');
  },
);

test('a wrong password is a sentence without it, and nobody is asked for another one', async () => {
  const server = await startGitOverHttp(folder, 'reeve:right', () => {});
  try {
    const place = createGitPlace({
      source: `http://reeve:${'wr0ng'}@${server.host}/customer.git`,
      ref: 'refs/heads/kept',
      dir: path.join(folder, 'own'),
      env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    });
    const error = await place.publish('{}').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'unavailable', code: 'place_unreachable' });
    expect(String(error)).not.toContain('wr0ng');
    expect(server.admitted).toBe(0);
  } finally {
    await server.close();
  }
});

const placeAt = (url: string) => createWebhookPlace({ url, fetch: createGuardedFetch({ allowPrivateHosts: [new URL(url).host] }) });

test('a webhook is told with JSON, and an answer that is no 2xx counts as not told', async () => {
  const heard: string[] = [];
  let status = 204;
  const server = http.createServer((request, response) => {
    request.setEncoding('utf8').on('data', (chunk: string) => heard.push(chunk));
    request.on('end', () => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const place = placeAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/in?key=s3cret`);
    await place.publish('{"n":1}');
    expect(heard).toEqual(['{"n":1}']);
    expect(place.where).not.toContain('s3cret');
    status = 503;
    await expect(place.publish('{"n":2}')).rejects.toMatchObject({ kind: 'unavailable', code: 'place_refused' });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  const gone = placeAt('http://127.0.0.1:1/');
  await expect(gone.publish('{}')).rejects.toMatchObject({ code: 'place_unreachable' });
});

test('a checkpoint goes to no address inside the network, told or redirected, unless the operator names it', async () => {
  const heard: string[] = [];
  const away = http.createServer((request, response) => {
    heard.push(request.url ?? '');
    response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
  });
  await new Promise<void>((done) => away.listen(0, '127.0.0.1', done));
  const { port } = away.address() as AddressInfo;
  try {
    const unnamed = createWebhookPlace({ url: `http://127.0.0.1:${port}/in`, fetch: createGuardedFetch({ allowPrivateHosts: [] }) });
    await expect(unnamed.publish('{}')).rejects.toMatchObject({
      code: 'place_unreachable',
      message: expect.stringContaining(`add 127.0.0.1:${port} to allow_private_hosts`),
    });
    expect(heard).toEqual([]);
    const redirected = placeAt(`http://127.0.0.1:${port}/in`).publish('{}');
    await expect(redirected).rejects.toMatchObject({ code: 'place_unreachable', cause: { code: 'redirect_refused' } });
    expect(heard).toEqual(['/in']);
  } finally {
    await new Promise((done) => away.close(done));
  }
});
