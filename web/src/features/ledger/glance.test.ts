import { expect, test } from 'vitest';
import { glanceOf } from './glance.ts';

test.each([
  [{ kind: 'pr.merge', digest: 'x', target: { repo: 'acme/shop', number: 12, branch: null } }, 'pr.merge · acme/shop#12'],
  [{ decision: 'approve', person: 'pers_1', reason: 'Fine' }, 'approve · Fine'],
  [{ model: 'fable', model_version: '2026-11', purpose: 'plan', attempt: 1 }, 'fable · 2026-11 · plan'],
  [{ kind: 'branch.push', target: { repo: 'acme/shop', number: null, branch: 'ai-7' } }, 'branch.push · acme/shop ai-7'],
  [{ generation: 1 }, ''],
  [{ reason: 'x'.repeat(100) }, `${'x'.repeat(79)}…`],
])('%j reads %j', (payload, text) => {
  expect(glanceOf(payload)).toBe(text);
});
