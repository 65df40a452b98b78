import { describe, expect, it } from 'vitest';
import { agentOutput, agentOutputName, cutMarkdown, pullBody, pullTitle } from './decide.text.ts';
import type { CiVerdict } from './model.ci.ts';

const item = { id: 'iss_1' as never, number: 7, title: 'Cart accepts\nnegative quantities', type: 'bug' as const };

describe('the text of a pull request', () => {
  it('has the issue as its title, on one line', () => {
    expect(pullTitle({ item })).toBe('Cart accepts negative quantities');
  });

  it('closes the issue and says where it comes from', () => {
    const body = pullBody({ item, plan: null, landed: [], publicUrl: 'http://reeve.test' });
    expect(body).toContain('Closes #7');
    expect(body).toContain('http://reeve.test/v1/issues/iss_1');
  });
});

describe('however much there is to say', () => {
  const long = (mark: string) => `### Suggested tests\n${mark}ts\n${"expect('x');\n".repeat(30_000)}${mark}`;

  it('the text fits into what a forge takes, and still closes its issue outside any block', () => {
    const facts = { item, plan: null, landed: [], publicUrl: 'http://reeve.test' };
    const body = pullBody({
      ...facts,
      untested: long('```'),
      reviewers: long('````'),
      ci: { kind: 'green', checks: ['c'.repeat(90_000)], headSha: 'a' },
    });
    expect(body.length).toBeLessThan(65_536);
    expect(body.length).toBeGreaterThan(50_000);
    expect(body).toMatch(/\n```\n\n_Cut here: it was too long\._\n/);
    expect(body).toMatch(/\n````\n\n_Cut here: it was too long\._\n/);
    expect(body.split('\n\n').slice(-2)[0]).toBe('Closes #7');
  });

  it('a fence of endless length goes with its block', () => {
    expect(cutMarkdown(`Told.\n${long('`'.repeat(19_000))}`, 20_000)).toBe('Told.\n### Suggested tests\n\n_Cut here: it was too long._');
  });

  it('what fits stays as it is', () => expect(cutMarkdown('```\nopen', 8)).toBe('```\nopen'));
});

describe('what a pull request says of the CI', () => {
  const headSha = 'a'.repeat(40);
  const of = (ci: CiVerdict) => pullBody({ item, plan: null, landed: [], publicUrl: 'http://reeve.test', ci });

  it('names the checks that are green', () => {
    expect(of({ kind: 'green', checks: ['test', 'lint'], headSha })).toContain('Green on `aaaaaaaaaa`: test, lint.');
  });

  it.each([
    [{ kind: 'none', headSha } as const, '**This repository runs no CI of its own.**'],
    [{ kind: 'silent', headSha } as const, '**The CI of this repository said nothing about `aaaaaaaaaa`**'],
    [
      { kind: 'silent', waiting: ['deploy'], headSha } satisfies CiVerdict,
      '**The CI of this repository did not end on `aaaaaaaaaa`** within six hours: deploy.',
    ],
  ])('says plainly that only Reeve looked (%j)', (ci, sentence) => {
    expect(of(ci)).toContain(sentence);
    expect(of(ci)).toContain(`http://reeve.test/v1/ci-results?head_sha=${headSha}`);
  });
});

describe("the agents' output", () => {
  it('says in its first line how many runs there were, and links the whole log of each', () => {
    const run = {
      id: 'run_1' as never,
      agent: 'codex',
      role: 'coder' as const,
      attempt: 1,
      detail: null,
      checks: [],
      changeRequestId: 'cr_1' as never,
    };
    const text = agentOutput([run, { ...run, id: 'run_2' as never, attempt: 2 }], 'http://reeve.test');
    expect(text.split('\n')[0]).toBe('2 agent runs made this');
    expect(text).toContain('http://reeve.test/v1/jobs/run_1/log?follow=0');
    expect(text).toContain('http://reeve.test/v1/jobs/run_2/log?follow=0');
  });

  it.each([
    ['codex', 'agent-output.txt'],
    ['Windsurf-SWE', 'windsurf-output.txt'],
  ])('of %s is called %s', (agent, name) => expect(agentOutputName(agent)).toBe(name));
});
