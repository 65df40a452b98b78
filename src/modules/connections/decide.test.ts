import { expect, test } from 'vitest';
import { decideOwner, decideSecondApp, heldBy } from './decide.ts';

const app = { id: '7', slug: 'reeve', name: 'Reeve', url: '', owner: 'acme' };

test('an App is used at once only where the organization that was asked for owns it', () => {
  expect([decideOwner('Acme', 'acme'), decideOwner('acme', 'mallory'), decideOwner(null, 'mallory')]).toEqual(['used', 'refused', 'waits']);
});

test('a second App is made only on request, and a file that nobody can read is an App too', () => {
  const kept = { source: 'app_kept', app, problem: null } as const;
  const broken = { source: 'app_kept', app: null, problem: 'it is broken' } as const;
  expect(decideSecondApp({ source: 'token_settings', app: null, problem: null }, false)).toBeNull();
  for (const held of [kept, broken]) {
    expect(decideSecondApp(held, false)).toMatchObject({ kind: 'conflict', code: 'github_connected' });
    expect(decideSecondApp(held, true)).toBeNull();
  }
  expect(decideSecondApp({ source: 'app_settings', app: null, problem: null }, true)).toMatchObject({ code: 'github_configured' });
  expect([heldBy(kept), heldBy(broken), heldBy({ source: 'none', app: null })]).toEqual(['7', 'unreadable', null]);
});
