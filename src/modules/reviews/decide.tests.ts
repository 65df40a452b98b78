import { visible } from '#kernel/text.ts';
import type { RunOutcome } from '#modules/agents/index.ts';
import { firstRanges } from './decide.coverage.ts';
import type { UncoveredChange } from './model.coverage.ts';

/** Of what a tester proposes; the rest stands in the execution log. */
const MOST_FILES = 10;
const MOST_CHARACTERS = 20_000;

/** What a tester is told is missing, in plain words. */
export function tellMissing(changes: readonly UncoveredChange[]): string {
  return [
    'The tests of this repository do not run these changed lines. Write tests for what they do; leave lines out that no test could reach:',
    ...changes.slice(0, 50).map(({ path, uncovered }) => `- ${path}: ${firstRanges(uncovered)}`),
  ].join('\n');
}

/** A tester's proposal for people; it has landed nowhere. Its texts and names are an agent's. Null: there is none, and no word either. */
export function tellProposal(outcome: RunOutcome | null, agent: string): string | null {
  if (outcome === null || outcome.kind === 'cancelled') return null;
  const head = '### Suggested tests';
  if (outcome.kind === 'failed') return `${head}\n${visible(agent)} tried to write tests and could not: ${visible(outcome.detail)}`;
  if (outcome.kind === 'text') return `${head}\n${visible(agent)} adds no tests.${outcome.text.trim() === '' ? '' : ` ${quote(outcome.text)}`}`;
  const files = filesOf(outcome.changeRequest);
  if (files.length === 0) return `${head}\n${visible(agent)} adds no tests.`;
  const passed =
    outcome.checks.length > 0
      ? `with them the checks pass (${outcome.checks.map(({ name }) => visible(name)).join(', ')})`
      : 'no check was run on them';
  return [
    head,
    `Proposed by ${visible(agent)}, and not part of this pull request; ${passed}.`,
    ...files.slice(0, MOST_FILES).map(({ path, content }) => `\`${visible(path).replaceAll('`', "'")}\`\n\n${block(path, content)}`),
    ...(files.length > MOST_FILES ? [`And ${files.length - MOST_FILES} more files.`] : []),
  ].join('\n\n');
}

function filesOf(document: Record<string, unknown>): Array<{ path: string; content: string }> {
  const { changes } = document;
  if (!Array.isArray(changes)) return [];
  return changes.flatMap((change: unknown) => {
    const { path, content } = change as { path?: unknown; content?: unknown };
    return typeof path === 'string' && typeof content === 'string' ? [{ path, content }] : [];
  });
}

/** Fenced by more ticks than stand in it, so that nothing of it passes for text of ours. */
function block(path: string, content: string): string {
  const longest = Math.max(2, ...(content.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const language = /\.([a-z0-9]{1,10})$/i.exec(path)?.[1] ?? '';
  const cut = content.length > MOST_CHARACTERS;
  return `${fence}${language}\n${content.slice(0, MOST_CHARACTERS).trimEnd()}\n${fence}${cut ? '\n_Cut here: it was too long._' : ''}`;
}

const quote = (text: string): string => visible(text.replaceAll(/\s+/g, ' ').trim()).slice(0, 2000);
