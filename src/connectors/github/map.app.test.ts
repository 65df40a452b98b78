import { describe, expect, test } from 'vitest';
import { APP_PERMISSIONS, comparePermissions, reachesFrom, toRegistration, toWebUrl } from './map.app.ts';

const wish = (organization: string | null) => ({
  name: 'Reeve of a company with a rather long name',
  homeUrl: 'https://reeve.example',
  webhookUrl: 'https://reeve.example/webhooks/github',
  callbackUrl: 'https://reeve.example/connect/github/callback',
  installedUrl: 'https://reeve.example/connect/github/installed',
  organization,
});

test('people look at GitHub where its API says it is', () => {
  const urls = ['https://api.github.com', 'https://api.acme.ghe.com', 'https://github.acme.example/api/v3', 'http://127.0.0.1:4000'];
  expect(urls.map(toWebUrl)).toEqual(['https://github.com', 'https://acme.ghe.com', 'https://github.acme.example', 'http://127.0.0.1:4000']);
});

test('the App asks for these permissions and no others', () => {
  expect(APP_PERMISSIONS).toEqual({
    contents: 'write',
    pull_requests: 'write',
    issues: 'write',
    checks: 'write',
    actions: 'read',
    statuses: 'read',
    deployments: 'read',
    metadata: 'read',
  });
});

describe('a registration', () => {
  test('goes to the person, or to the organization that is to own it, with a name that GitHub takes', () => {
    expect(toRegistration('https://api.github.com', wish(null)).postTo).toBe('https://github.com/settings/apps/new');
    const of = toRegistration('https://github.acme.example/api/v3', wish('acme'));
    expect(of.postTo).toBe('https://github.acme.example/organizations/acme/settings/apps/new');
    expect(String(of.manifest['name']).length).toBeLessThanOrEqual(34);
    expect(of.manifest).toMatchObject({ public: false, default_permissions: APP_PERMISSIONS, hook_attributes: { url: wish(null).webhookUrl } });
  });

  test.each(['acme/../x', '-acme', 'acme?x=1', ''])('of an owner called %j is refused', (name) => {
    expect(() => toRegistration('https://api.github.com', wish(name))).toThrow('not the name of an organization');
  });
});

test('only a GitHub on this machine reaches what is named by this machine', () => {
  const local = ['http://127.0.0.1:4400/x', 'http://localhost:1/x', 'http://[::1]:1/x'];
  expect(local.map((address) => reachesFrom('https://api.github.com', address))).toEqual([false, false, false]);
  expect(local.map((address) => reachesFrom('http://127.0.0.1:9', address))).toEqual([true, true, true]);
  expect(reachesFrom('https://api.github.com', 'https://reeve.example/x')).toBe(true);
});

test('an installation is compared with what is needed', () => {
  expect(comparePermissions({ ...APP_PERMISSIONS })).toEqual({ lacks: [], beyond: [] });
  const { deployments: _, ...rest } = APP_PERMISSIONS;
  expect(comparePermissions({ ...rest, contents: 'read', administration: 'read', metadata: 'read', statuses: 'write' })).toEqual({
    lacks: ['contents: write', 'deployments: read'],
    beyond: ['statuses: write', 'administration: read'],
  });
});
