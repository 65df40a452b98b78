import type { WorkType } from '#modules/work/index.ts';
import { listItemsOf, proseOf, sectionsOf, sentencesOf } from '#kernel/markdown.ts';

const MOST_CRITERIA = 50;
const MOST_CHARS = 1000;
const WISH = /\b(?:should(?:n['’]?t| not)?|must(?:n['’]?t| not)?|shall|has to|needs? to|ought to|expected(?: result| behaviou?r)?:?)\b/i;
const SECTION = /acceptance|criteria|definition of done|requirements|expected|done when/;
const NO_CRITERION = /reproduc|^steps|environment|version|actual|screenshots?|logs?$|additional|context/;

export interface Criterion {
  id: string;
  text: string;
}

/**
 * What must be true in the end, in the author's own words where there are some: open checklist items; items and sentences of a
 * section about acceptance; sentences that say what should be. Only where nothing is said a criterion is derived from the type.
 */
export function acceptanceOf(issue: { title: string; body: string }, type: WorkType, hasChecks: boolean): Criterion[] {
  const written = writtenCriteria(issue.body).filter((text) => text !== '');
  const texts = written.length > 0 ? written : [derived(issue.title, type)];
  // Proof, beside the wish: what the review of every fix asks first.
  if (hasChecks && type === 'bug') texts.push('A test that fails without the change and passes with it is part of it.');
  return [...new Set(texts.map((text) => text.slice(0, MOST_CHARS)))].slice(0, MOST_CRITERIA).map((text, at) => ({ id: `a${at + 1}`, text }));
}

function writtenCriteria(body: string): string[] {
  const items = listItemsOf(body);
  const boxes = items.filter((item) => item.kind === 'checklist' && !NO_CRITERION.test(item.section)).map(({ text }) => clean(text));
  if (boxes.length > 0) return boxes;
  const listed = items.filter((item) => SECTION.test(item.section)).map(({ text }) => clean(text));
  if (listed.length > 0) return listed;
  const section = sectionsOf(body).find(({ heading, text }) => SECTION.test(heading) && text !== '');
  if (section !== undefined) return sentencesOf(proseOf(section.text)).map(clean);
  const wishes = items.filter((item) => !NO_CRITERION.test(item.section) && WISH.test(item.text)).map(({ text }) => clean(text));
  const prose = sectionsOf(body)
    .filter(({ heading }) => !NO_CRITERION.test(heading))
    .map(({ text }) => text)
    .join('\n\n');
  return [
    ...new Set([
      ...wishes,
      ...sentencesOf(proseOf(prose))
        .filter((sentence) => WISH.test(sentence))
        .map(clean),
    ]),
  ];
}

function clean(text: string): string {
  return text
    .replace(/^(?:[-*+•]|\d{1,3}[.)])\s+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function derived(title: string, type: WorkType): string {
  const name = `"${title.replace(/\s+/g, ' ').replace(/[.!]+$/, '')}"`;
  switch (type) {
    case 'bug':
      return `What ${name} describes no longer happens.`;
    case 'refactor':
      return `${name} is done, and behaviour stays as it is: all checks pass unchanged.`;
    case 'docs':
      return `The documentation covers ${name}, and what it says is true of the code.`;
    case 'chore':
      return `${name} is done, and all checks pass.`;
    case 'question':
      return `${name} is answered in writing.`;
    case 'feature':
      return `${name} works as described, with a test that shows it.`;
  }
}
