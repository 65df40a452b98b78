import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGuardedFetch } from '#platform/net/index.ts';
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
