import { describe, expect, it } from 'vitest';
import { decideNotes } from './decide.notes.ts';
import type { ReleasedChange } from './model.ts';

let number = 0;
function change(given: Partial<ReleasedChange>): ReleasedChange {
  number += 1;
  return {
    title: 'Something',
    type: null,
    labels: [],
    body: '',
    issueNumber: null,
    pullNumber: number,
    pullUrl: `https://forge.example/acme/shop/pulls/${number}`,
    askedBy: null,
    author: null,
    agents: [],
    approvedBy: [],
    mergedAt: `2026-11-20T10:00:${String(number % 60).padStart(2, '0')}.000Z`,
    ...given,
  };
}
const RANGE = { name: 'v1.4.0', from: null, to: '2026-11-21T00:00:00.000Z' };

describe('release notes', () => {
  it('tell breaking changes first, then what is new, fixed and the rest, each change once', () => {
    const notes = decideNotes(
      [
        change({ type: 'chore', title: 'Chore: add an editorconfig' }),
        change({ type: 'bug', title: 'fix(cart): totals have fractions' }),
        change({ type: 'feature', title: 'Feature: express shipping' }),
        change({ type: 'feature', title: 'feat!: prices are in cents' }),
        change({ type: 'bug', title: 'Tax', body: 'BREAKING CHANGE: tax() answers cents' }),
        change({ type: 'docs', title: 'Docs: how to run the tests', labels: ['Breaking Change'] }),
        change({ type: 'question', title: 'why?' }),
      ],
      RANGE,
    );
    expect(notes.sections.map(({ heading, changes }) => [heading, changes.length])).toEqual([
      ['Breaking changes', 3],
      ['New', 1],
      ['Fixed', 1],
      ['Under the hood', 1],
      ['Other', 1],
    ]);
    expect(notes.changes).toBe(7);
    expect(notes.markdown.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '# v1.4.0',
      '## Breaking changes',
      '## New',
      '## Fixed',
      '## Under the hood',
      '## Other',
    ]);
  });

  it('name the pull request, the issue and who asked, without the prefix that sorted the title', () => {
    const one = change({ type: 'bug', title: 'fix(cart): totals have fractions', issueNumber: 7, askedBy: 'ada' });
    expect(decideNotes([one], RANGE).markdown).toContain(`- Totals have fractions ([#${one.pullNumber}](${one.pullUrl}), for #7; asked by ada)`);
  });

  it('credit people and agents once each', () => {
    const both = { askedBy: 'ada', agents: ['codex'], approvedBy: ['mona'] };
    const notes = decideNotes([change(both), change(both), change({ askedBy: 'ben', agents: ['codex', 'jules'], approvedBy: ['mona'] })], RANGE);
    expect(notes.credits).toEqual({ people: ['ada', 'ben', 'mona'], agents: ['codex', 'jules'] });
    expect(notes.markdown).toContain('People: ada, ben, mona.\nAgents: codex, jules; a person approved each merge.');
    expect(decideNotes([change(both), change({ agents: ['codex'] })], RANGE).markdown).toContain('Agents: codex.');
  });

  it('tell what people wrote themselves as theirs, and agents are only vouched for where a person approved their merges', () => {
    const notes = decideNotes([change({ title: 'Tax', author: 'dora' }), change({ agents: ['codex'], approvedBy: ['mona'] })], RANGE);
    expect(notes.markdown).toMatch(/- Tax \(\[#\d+\]\([^)]*\) by dora\)/);
    expect(notes.markdown).toContain('People: dora, mona.\nAgents: codex; a person approved each merge.');
  });

  it('are the same whatever the order in which the merges are told', () => {
    const all = [change({ type: 'bug', title: 'One' }), change({ type: 'bug', title: 'Two' }), change({ type: 'feature', title: 'Three' })];
    expect(decideNotes(all.toReversed(), RANGE)).toEqual(decideNotes(all, RANGE));
  });

  it('let no title of a stranger be more than words', () => {
    const { markdown } = decideNotes([change({ title: 'Hi @everybody\n## Fake <img src=x> \u202E' })], RANGE);
    expect(markdown.split('\n').filter((line) => line.startsWith('## '))).toEqual(['## Other']);
    expect(markdown).not.toMatch(/@everybody|<img|\u202E/);
  });

  it('say so when nothing was merged', () => {
    expect(decideNotes([], { ...RANGE, name: null }).markdown).toBe('Nothing was merged.');
  });
});
