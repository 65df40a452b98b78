import type { TriageResult } from '#modules/triage/index.ts';
import type { WorkItem } from '#modules/work/index.ts';

/** Commands whose capability does not exist: said plainly, with what does. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  standup:
    'Standup reports are not built yet. What there is: `reeve status` (work under way, approvals that wait) and `reeve issue list --state in_progress`.',
  'sprint-health':
    'Sprint health is not built yet: Reeve keeps no sprints so far. What there is: `reeve status`, `reeve queue status` and GET /v1/queue.',
  ask: 'Answering questions is not built yet. What there is: `/triage NUMBER` for one issue, `reeve issue show ID`, and the pages under /docs of the server.',
};

export const USAGE = 'Use /triage NUMBER, /triage owner/name#NUMBER or /triage iss_…';

/** What is said within three seconds; null when the whole answer follows. */
export function decideAcknowledgement(command: string): string {
  if (command === 'triage') return 'Looking it up…';
  return NOT_BUILT[command] === undefined ? `There is no command /${command.slice(0, 40)}. ${USAGE}` : `/${command}: one moment…`;
}

/** The message after the acknowledgement of a command that is none of ours or not built; null for `triage`. */
export function decideUnbuilt(command: string): string | null {
  return command === 'triage' ? null : (NOT_BUILT[command] ?? null);
}

export type Sought = { kind: 'id'; id: string } | { kind: 'number'; repo: string | null; number: number } | { kind: 'usage' };

/** What `/triage` was asked about. */
export function parseSought(text: string): Sought {
  if (/^iss_[0-9A-Z]{26}$/.test(text)) return { kind: 'id', id: text };
  const match = /^(?:([\w.-]+\/[\w.-]+))?#?(\d{1,9})$/.exec(text);
  return match?.[2] === undefined ? { kind: 'usage' } : { kind: 'number', repo: match[1] ?? null, number: Number(match[2]) };
}

/** What triage knows of an issue, as lines. */
export function triageText(item: WorkItem, result: TriageResult | null, visible: (text: string) => string): string {
  const head = `${item.number === null ? item.id : `#${item.number}`} ${visible(item.title).slice(0, 200)} (${item.state})`;
  if (result === null) return `${head}\nNot triaged yet.`;
  const duplicates = result.duplicates
    .slice(0, 3)
    .map(({ number, title, confidence }) => `  #${number ?? '?'} ${visible(title).slice(0, 120)} (${Math.round(confidence * 100)} %)`);
  return [
    head,
    `Type ${result.type}, size ${result.size}, priority ${result.priority}, risk ${result.risk}; route: ${result.route}; by ${visible(result.by)}`,
    ...(result.labels.length > 0 ? [`Labels: ${result.labels.map((label) => visible(label)).join(', ')}`] : []),
    visible(result.rationale).slice(0, 800),
    ...result.evidence.slice(0, 6).map((line) => `- ${visible(line).slice(0, 300)}`),
    ...(duplicates.length > 0 ? ['Looks like:', ...duplicates] : []),
    ...(result.questions.length > 0 ? ['Questions:', ...result.questions.slice(0, 5).map((line) => `- ${visible(line).slice(0, 300)}`)] : []),
  ].join('\n');
}
