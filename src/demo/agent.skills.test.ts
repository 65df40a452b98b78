import { describe, expect, it } from 'vitest';
import { applyEdits } from './agent.files.ts';
import { attemptOf, captureFrom, fillIn, findSkill, matches, SkillsFile } from './agent.skills.ts';

const match = (parts: object) =>
  SkillsFile.parse({ skills: [{ name: 's', match: parts, steps: [] }] }).skills[0]?.match ?? { all: [], any: [], none: [] };

describe('a skill fits a prompt', () => {
  const prompt = '# Task\nFix  the rounding\nof totals\n\nThis is attempt 2. What failed last time: npm test';

  it.each([
    [{}, true],
    [{ all: ['fix the ROUNDING of'] }, true],
    [{ all: ['rounding', 'absent'] }, false],
    [{ any: ['absent', 'totals'] }, true],
    [{ any: ['absent'] }, false],
    [{ none: ['what failed last time'] }, false],
    [{ attempt: { min: 2 } }, true],
    [{ attempt: { max: 1 } }, false],
  ])('%j: %s', (parts, fits) => {
    expect(matches(match(parts), prompt)).toBe(fits);
  });

  it('and the first that fits is taken', () => {
    const { skills } = SkillsFile.parse({
      skills: [
        { name: 'a', match: { all: ['nothing'] }, steps: [] },
        { name: 'b', match: { all: ['totals'] }, steps: [] },
        { name: 'c', match: {}, steps: [] },
      ],
    });
    expect(findSkill(skills, prompt)?.name).toBe('b');
    expect(findSkill(skills.slice(0, 1), prompt)).toBeNull();
  });
});

it.each([
  ['Attempt: 3', 3],
  ['attempt number 12 of 20', 12],
  ['no number here', 1],
])('the attempt in %j is %i', (prompt, attempt) => {
  expect(attemptOf(prompt)).toBe(attempt);
});

it('what a skill catches in the prompt fills its texts', () => {
  const [skill] = SkillsFile.parse({ skills: [{ name: 's', match: {}, capture: { id: '^task: (\\S+)', none: 'absent (x)' }, steps: [] }] }).skills;
  if (skill === undefined) throw new Error('no skill');
  expect(fillIn('{{id}}, {{none}}, {{unknown}}', captureFrom(skill, 'x\nTask: task_1 y'))).toBe('task_1, , {{unknown}}');
});

describe('edits', () => {
  it('replace in what is there now, taken literally', () => {
    expect(
      applyEdits('a b a', [
        { search: 'a', replace: '$&', all: false },
        { search: 'b', replace: 'c', all: true },
      ]),
    ).toBe('$& c a');
    expect(applyEdits('a b a', [{ search: 'a', replace: 'x', all: true }])).toBe('x b x');
  });

  it('fail when the text is not there', () => {
    expect(() => applyEdits('a', [{ search: 'gone', replace: '', all: false }])).toThrow('did not find "gone"');
  });
});

it('a wrong step in the data file is refused when it is read', () => {
  expect(() => SkillsFile.parse({ skills: [{ name: 's', match: {}, steps: [{ wirte: 'x', content: '' }] }] })).toThrow(/Invalid input/);
});
