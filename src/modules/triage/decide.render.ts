import { quotedText } from '#kernel/sanitize.ts';
import type { DuplicateCandidate, TriageResult } from './model.ts';

const ROUTE_SENTENCE: Readonly<Record<TriageResult['route'], string>> = {
  plan: 'Next: a plan.',
  ask: 'Next: some questions to you.',
  duplicate: 'Next: proposed to be closed as a duplicate.',
  human: 'Next: a person takes it from here.',
};

/** The triage as a Markdown comment. Pure; the executor adds its marker. */
export function renderTriageComment(result: TriageResult): string {
  const facts = [
    `**${result.type}** (${Math.round(result.confidence * 100)}% sure)`,
    `size **${result.size}**`,
    `priority **${result.priority}**`,
    `risk **${result.risk}**`,
  ].join(' · ');
  const parts = [`### Triage`, facts, `${quotedText(result.rationale, 600)} ${ROUTE_SENTENCE[result.route]}`];
  if (result.duplicates.length > 0) parts.push(['Possibly the same:', ...result.duplicates.map(candidateLine)].join('\n'));
  if (result.questions.length > 0)
    parts.push(['Open questions:', ...result.questions.map((question, at) => `${at + 1}. ${quotedText(question, 600)}`)].join('\n'));
  if (result.evidence.length > 0) {
    parts.push(
      [
        '<details><summary>Why</summary>',
        '',
        ...result.evidence.slice(0, 12).map((line) => `- ${quotedText(line)}`),
        '',
        `Decided by ${quotedText(result.by, 80)}.`,
        '',
        '</details>',
      ].join('\n'),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

function candidateLine(candidate: DuplicateCandidate): string {
  const name = candidate.number === null ? '' : `#${candidate.number} `;
  return `- ${name}${quotedText(candidate.title, 120)} (${Math.round(candidate.confidence * 100)}%): ${quotedText(candidate.evidence.join('; '))}`;
}
