import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createEtagCache } from './client.cache.ts';
import { toGitAuth, toPushFailure } from './client.git.ts';
import { parseCredential } from './forge.ts';
import { asksForSuites, fromCheck, fromCheckAsStatus, toChecks, toConclusion } from './map.check.ts';
import { toGithubError, type Failure } from './map.failure.ts';
import { toGuard, toProtection } from './map.guards.ts';
import { hasMarker, keepMarkers, withMarker } from './map.marker.ts';
import { isBranchName, parseRepo, toRefPath, toRemote } from './map.repo.ts';
import { GRAPHQL_TEXTS } from './schema.graphql.ts';
import { CheckRun, CheckSuite, Issue, Pull } from './schema.rest.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const failure = (status: number, more: Partial<Failure> = {}): Failure => ({
  request: 'GET /repos/a/b',
  status,
  message: 'Words',
  headers: {},
  errors: [],
  ...more,
});

describe('a failure of GitHub', () => {
  test.each([
    [401, 'unavailable'],
    [403, 'forbidden'],
    [451, 'forbidden'],
    [404, 'not_found'],
    [410, 'not_found'],
    [301, 'not_found'],
    [405, 'conflict'],
    [409, 'conflict'],
    [422, 'conflict'],
    [400, 'invalid'],
    [413, 'too_large'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [0, 'unavailable'],
  ])('%s is %s', (status, kind) => expect(toGithubError(failure(status), NOW).kind).toBe(kind));

  test.each([
    ['retry-after', 403, { headers: { 'retry-after': '7' } }, 7],
    ['the reset of a spent limit', 403, { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 30) } }, 31],
    ['words alone: a minute', 403, { message: 'You have exceeded a secondary rate limit.' }, 60],
    ['429 alone: a minute', 429, {}, 60],
    ['a reset in the past: a second', 429, { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' } }, 1],
    ['of GraphQL, which answers 200', 200, { message: 'API rate limit exceeded', headers: { 'retry-after': 3 } }, 3],
  ])('is a limit by %s', (_name, status, more, waitS) => {
    expect(toGithubError(failure(status, more), NOW)).toMatchObject({ kind: 'rate_limited', detail: { retry_after_s: waitS } });
  });

  test('with a limit that has calls left is no limit', () => {
    const headers = { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': String(NOW / 1000 + 30) };
    expect(toGithubError(failure(403, { headers }), NOW).kind).toBe('forbidden');
  });

  test('names the permission that would be enough', () => {
    const headers = { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' };
    expect(toGithubError(failure(403, { headers }), NOW).hint).toContain('issues=write; pull_requests=write');
    expect(toGithubError(failure(403, { headers: { 'x-accepted-github-permissions': '<b>' } }), NOW).hint).not.toContain('<b>');
  });

  test('of an App whose clock is off names the clock', () => {
    const message = "'Expiration time' claim ('exp') is too far in the future";
    expect(toGithubError(failure(401, { message }), NOW).hint).toContain('clock');
    expect(toGithubError(failure(401), NOW).hint).toContain('token');
  });

  test('is told in one short line without control characters', () => {
    const error = toGithubError(failure(422, { message: `a\n\u001b[31mb${'c'.repeat(5000)}` }), NOW);
    expect(error.message.length).toBeLessThan(400);
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    expect(error.message).not.toMatch(/[\x00-\x1f]/);
  });
});

describe('a repository', () => {
  test.each(['a', 'a/b/c', '../b', 'a/..', 'a/.', 'a/b.git', 'a b/c', 'a/b?x', 'a/b#x', '/b', 'a/', '-a/b', 'a/b%2f'])('is not named %j', (name) => {
    expect(() => parseRepo({ forge: 'github', name })).toThrow(/owner\/name/);
  });
  test('is named as GitHub names them, and of another forge it is refused', () => {
    expect(parseRepo({ forge: 'github', name: 'acme-corp/.github' })).toEqual({ owner: 'acme-corp', repo: '.github' });
    expect(() => parseRepo({ forge: 'local', name: 'a/b' })).toThrow(/not on GitHub/);
  });
  test('has its remote from the template', () => {
    expect(toRemote('file:///srv/{owner}/{repo}.git', { owner: 'a', repo: 'b' })).toBe('file:///srv/a/b.git');
  });
});

describe('a branch', () => {
  test.each([
    '',
    '@',
    '-x',
    'a..b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a.',
    'a@{1}',
    'a\u0001',
  ])('is not named %j', (name) => {
    expect(isBranchName(name)).toBe(false);
    expect(() => toRefPath(name)).toThrow(/not the name of a branch/);
  });
  test('stays one path, whatever its name', () => expect(toRefPath('feature/a#b%2f&c=ü')).toBe('feature/a%23b%252f%26c%3D%C3%BC'));
});

describe('a marker', () => {
  test('is hidden in the text and found again', () => {
    const body = withMarker('Text', 'reeve:act:1');
    expect(body).toBe('Text\n\n<!-- reeve:act:1 -->');
    expect([hasMarker(body, 'reeve:act:1'), hasMarker(body, 'reeve:act:11'), hasMarker('reeve:act:1', 'reeve:act:1')]).toEqual([true, false, false]);
  });
  test.each(['', 'a--b', 'a\nb', 'a>b', '<'])('that could end the comment is refused: %j', (marker) => {
    expect(() => withMarker('Text', marker)).toThrow(/one line/);
  });
  test('survives a new text', () => {
    expect(keepMarkers('New', withMarker('Old', 'm:1'))).toBe('New\n\n<!-- m:1 -->');
    expect(keepMarkers(withMarker('New', 'm:1'), withMarker('Old', 'm:1'))).toBe('New\n\n<!-- m:1 -->');
    expect(keepMarkers('New', 'Old <!-- in the middle --> text')).toBe('New');
  });
  test('does not make a text longer than GitHub takes', () => expect(() => withMarker('x'.repeat(65_530), 'm:1')).toThrow(/65536/));
});

const run = (id: number, name: string, conclusion: string | null, app = 1, suite = app): CheckRun =>
  CheckRun.parse({
    id,
    name,
    head_sha: 'a',
    status: conclusion === null ? 'in_progress' : 'completed',
    conclusion,
    app: { id: app, slug: `app-${app}` },
    check_suite: { id: suite },
  });

describe('checks', () => {
  test.each([
    ['completed', 'success', 'success'],
    ['completed', 'failure', 'failure'],
    ['completed', 'timed_out', 'failure'],
    ['completed', 'action_required', 'failure'],
    ['completed', 'startup_failure', 'failure'],
    ['completed', 'something new', 'failure'],
    ['completed', null, 'failure'],
    ['completed', 'skipped', 'neutral'],
    ['completed', 'stale', 'cancelled'],
    ['queued', null, 'pending'],
    ['waiting', null, 'pending'],
    ['something new', 'success', 'pending'],
  ])('%s and %s is %s', (status, conclusion, ours) => expect(toConclusion({ status, conclusion })).toBe(ours));

  const named = (...given: Parameters<typeof toChecks>): string[] => toChecks(...given).map(({ name, conclusion }) => `${name} ${conclusion}`);
  test('of one app under one name are the newest run', () => {
    expect(named([run(1, 'test', 'failure'), run(2, 'test', 'success')], [], 'a')).toEqual(['test success']);
    expect(named([run(2, 'test', null), run(1, 'test', 'success')], [], 'a')).toEqual(['test pending']);
  });
  test('of two apps under one name are what lets the least pass: nobody borrows a name', () => {
    expect(named([run(1, 'test', 'failure', 1), run(2, 'test', 'success', 2)], [], 'a')).toEqual(['test failure']);
  });
  test('of two workflows that name their jobs alike likewise, unless the newer took the place of a cancelled one', () => {
    expect(named([run(1, 'test', 'failure', 1, 8), run(2, 'test', 'success', 1, 9)], [], 'a')).toEqual(['test failure']);
    expect(named([run(1, 'test', 'cancelled', 1, 8), run(2, 'test', 'success', 1, 9)], [], 'a')).toEqual(['test success']);
    expect(named([run(1, 'test', 'success', 1, 8), run(2, 'test', 'cancelled', 1, 9)], [], 'a')).toEqual(['test cancelled']);
  });
  test('are not all while a suite that has shown some goes on; an empty one tells nothing', () => {
    const suite = (id: number, status: string | null, count: number): CheckSuite =>
      CheckSuite.parse({ id, status, latest_check_runs_count: count, app: { slug: 'github-actions' } });
    const of = (...suites: CheckSuite[]) => named([run(1, 'lint', 'success', 1, 8)], [], 'a', { suites });
    expect(of(suite(8, 'in_progress', 1))).toEqual(['lint success', 'more of github-actions pending']);
    expect(of(suite(8, 'completed', 1), suite(9, 'queued', 0))).toEqual(['lint success']);
    expect(named([run(1, 'lint', null, 1, 8)], [], 'a', { suites: [suite(8, 'in_progress', 1)] })).toEqual(['lint pending']);
  });
  test('are asked for their suites only where all that is shown has passed', () => {
    const asks = (...runs: CheckRun[]) => asksForSuites(runs, 'app-7');
    expect([asks(), asks(run(1, 'a', null)), asks(run(1, 'a', 'failure')), asks(run(1, 'own', 'success', 7))]).toEqual([false, false, false, false]);
    expect(asks(run(1, 'a', 'success'), run(2, 'b', 'skipped'), run(3, 'own', 'failure', 7))).toBe(true);
    expect(asks(run(1, 'a', 'failure'), run(2, 'a', 'success'))).toBe(true);
  });
  test('of others are told from ours by the App, and are not hidden behind ours of the same name', () => {
    const both = [run(1, 'reeve/test', 'failure', 1), run(2, 'reeve/test', 'success', 2)];
    const owners = (ownApp?: string | null) =>
      toChecks(both, [], 'a', ownApp === undefined ? {} : { ownApp }).map(({ conclusion, own }) => [conclusion, own]);
    expect(owners('app-1')).toEqual([
      ['failure', true],
      ['success', false],
    ]);
    expect(owners(null)).toEqual([['failure', false]]);
    expect(owners()).toEqual([['failure', undefined]]);
  });
  test('of a run and a status under one name likewise', () => {
    const status = { context: 'test', description: '', updated_at: null };
    expect(named([run(1, 'test', 'success')], [{ ...status, state: 'error' }], 'a')).toEqual(['test failure']);
    expect(
      named(
        [],
        [
          { ...status, state: 'success' },
          { ...status, state: 'failure' },
        ],
        'a',
      ),
    ).toEqual(['test success']);
  });
  test('of ours say in few words where few are taken', () => {
    const check = { name: 'reeve', headSha: 'a', conclusion: 'neutral', url: null, summary: `One\n${'x'.repeat(70_000)}` } as const;
    expect(fromCheckAsStatus(check)).toMatchObject({ state: 'success', context: 'reeve' });
    expect(String(fromCheckAsStatus(check)['description'])).toHaveLength(140);
    expect(fromCheck(check)).toMatchObject({ status: 'completed', conclusion: 'neutral', output: { title: 'One' } });
    expect(JSON.stringify(fromCheck(check)).length).toBeLessThan(66_500);
    expect(fromCheck({ ...check, conclusion: 'pending' })).toMatchObject({ status: 'in_progress' });
  });
});

describe('a push that failed', () => {
  test.each([
    [' ! [rejected] x -> ai-1 (stale info)', 'ref_moved'],
    [' ! [rejected] x -> ai-1 (fetch first)', 'ref_moved'],
    [" ! [remote rejected] x -> ai-1 (cannot lock ref 'refs/heads/ai-1')", 'ref_moved'],
    ['remote: error: GH006: Protected branch update failed for refs/heads/main.', 'push_protected'],
    ['remote: error: GH013: Repository rule violations found for refs/heads/main.', 'push_rules'],
    ['refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission', 'push_workflows'],
    ["fatal: Authentication failed for 'https://github.com/a/b.git/'", 'github_unauthenticated'],
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", 'github_unauthenticated'],
    ['remote: Permission to a/b.git denied to bot.', 'github_forbidden'],
    ['remote: Repository not found.', 'github_not_found'],
    ['fatal: unable to update url base from redirection:\n  asked for: https://a', 'github_moved'],
    ['fatal: the remote end hung up unexpectedly', 'push_failed'],
  ])('%s is %s', (words, code) => expect(toPushFailure('ai-1', words).code).toBe(code));
  test('does not repeat credentials of an address', () => {
    const secret = ['ghp', 'x'.repeat(20)].join('_');
    expect(toPushFailure('ai-1', `fatal: unable to access 'https://u:${secret}@github.com/a/b.git/': Could not resolve host`).message).not.toContain(
      secret,
    );
  });
});

describe('credentials for git', () => {
  test('go to the remote alone, as settings in the environment', () => {
    const env = toGitAuth('https://github.example:8443/a/b.git', 'secret');
    expect(env['GIT_CONFIG_KEY_0']).toBe('http.https://github.example:8443/.extraHeader');
    expect(env['GIT_CONFIG_VALUE_0']).toBe(`Authorization: Basic ${Buffer.from('x-access-token:secret').toString('base64')}`);
    expect([env['GIT_CONFIG_KEY_1'], env['GIT_CONFIG_VALUE_1']]).toEqual(['http.followRedirects', 'false']);
  });
  test.each(['file:///srv/a/b.git', '/srv/a/b.git', 'git@github.com:a/b.git'])('are not given for %s', (remote) =>
    expect(toGitAuth(remote, 'secret')).toEqual({}),
  );
});

describe('the credential of the settings', () => {
  const none = { githubToken: null, githubAppId: null, githubPrivateKey: null };
  test('is an App where there is one, else a token, else none', () => {
    expect(parseCredential(none)).toBeNull();
    expect(parseCredential({ ...none, githubToken: 't' })).toEqual({ kind: 'token', token: 't' });
    expect(parseCredential({ githubToken: 't', githubAppId: '1', githubPrivateKey: 'k' })).toMatchObject({ kind: 'app' });
  });
  test.each([{ githubAppId: '1' }, { githubPrivateKey: 'k' }])('is not half an App: %o', (half) => {
    expect(() => parseCredential({ ...none, githubToken: 't', ...half })).toThrow(/both its number and its private key/);
  });
});

test('what is remembered of answers is bounded, and holds ids longer than a number is exact', () => {
  const cache = createEtagCache();
  const answer = (data: unknown) => ({ etag: 'e', response: { status: 200, url: '', headers: {}, data } });
  cache.put('long', answer([{ id: 12345678901234567890n }]));
  expect(cache.get('long')?.response.data).toEqual([{ id: 12345678901234567890n }]);
  for (let index = 0; index < 1000; index += 1) cache.put(`k${index}`, answer([index]));
  expect([cache.get('long'), cache.get('k999')?.response.data]).toEqual([null, [999]]);
  for (let index = 0; index < 40; index += 1) cache.put(`b${index}`, answer('x'.repeat(900_000)));
  expect([cache.get('b0'), cache.get('b39')?.etag]).toEqual([null, 'e']);
  cache.put('huge', answer('x'.repeat(2_000_000)));
  expect(cache.get('huge')).toBeNull();
});

test('who may go around a classic protection through a team is not shown: an account of a person is taken to be in it, an App is in none', () => {
  const classic = { required_pull_request_reviews: { bypass_pull_request_allowances: { teams: [{}] } }, enforce_admins: { enabled: true } };
  const guardOf = (login: string, isApp: boolean) => toGuard(toProtection({ rules: [], rulesets: [], classic, login }), isApp);
  expect(guardOf('reeve-bot', false).bypasses).toEqual(['classic branch protection']);
  expect(guardOf('reeve[bot]', true).bypasses).toEqual([]);
});

test('answers may lack what GitHub sometimes leaves out', () => {
  const end = { ref: 'x', sha: 'a', repo: null };
  const pull = { number: 1, title: 't', body: null, state: 'open', head: end, base: end, user: null, html_url: 'u', something: 'new' };
  expect(Pull.parse(pull)).toMatchObject({ body: '', draft: false, labels: [], user: 'ghost' });
  const issue = {
    id: 1,
    number: 1,
    title: 't',
    state: 'open',
    user: null,
    html_url: 'u',
    created_at: 'c',
    updated_at: 'u',
    labels: ['old', { name: 'new' }],
  };
  expect(Issue.parse(issue)).toMatchObject({ labels: ['old', 'new'], assignees: [] });
});

test.each(Object.entries(GRAPHQL_TEXTS))("%s is valid by GitHub's schema", (_name, text) => {
  const schema = buildSchema(readFileSync(new URL('../../../test/fakes/github/schema.graphql', import.meta.url), 'utf8'));
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
});
