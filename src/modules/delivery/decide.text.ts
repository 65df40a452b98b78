import type { PlanDocument } from '#modules/planning/index.ts';
import type { QueueEntry } from '#modules/merge-queue/index.ts';
import type { WorkItem } from '#modules/work/index.ts';

export interface PullFacts {
  item: Pick<WorkItem, 'id' | 'number' | 'title' | 'type'>;
  plan: PlanDocument | null;
  landed: ReadonlyArray<Pick<QueueEntry, 'id' | 'rung' | 'landedCommit' | 'document'>>;
  publicUrl: string;
}

export function pullTitle(facts: Pick<PullFacts, 'item'>): string {
  return facts.item.title.replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** Description of a pull request, from the plan and what has landed: why, what, how it was checked, where it comes from. */
export function pullBody(facts: PullFacts): string {
  const { item, plan, landed } = facts;
  const sections: string[] = [];
  if (plan !== null) {
    sections.push(plan.story);
    sections.push(['### Acceptance', ...plan.acceptance.map((criterion) => `- [ ] ${criterion.text}`)].join('\n'));
  }
  if (landed.length > 0) {
    sections.push(
      [
        '### Changes',
        ...landed.map(
          (entry) =>
            `- ${entry.document.summary.split('\n')[0] ?? ''} (${entry.document.changes.length} file${entry.document.changes.length === 1 ? '' : 's'}, ${entry.rung ?? 'R0'}, \`${entry.id}\`)`,
        ),
      ].join('\n'),
    );
    const checks = [
      ...new Set(landed.flatMap((entry) => entry.document.checks.map((check) => `\`${check.command}\` ended with ${check.exit_code}`))),
    ];
    if (checks.length > 0) sections.push(['### Checks Reeve ran', ...checks.map((check) => `- ${check}`)].join('\n'));
  }
  if (item.number !== null) sections.push(`Closes #${item.number}`);
  sections.push(`Written by coding agents and landed by Reeve; a person decides about the merge. Story: ${facts.publicUrl}/v1/issues/${item.id}`);
  return sections.join('\n\n');
}

/** A reviewer's answer as a comment. JSON of the reviewer's schema becomes a list; anything else is quoted as it is. */
export function reviewComment(text: string, reviewer: string): string {
  const parsed = parseReview(text);
  const head = `**Review by ${reviewer}** (an agent: a person still decides)`;
  if (parsed === null) return `${head}\n\n${text.trim().slice(0, 20_000)}`;
  const findings = parsed.findings.map((finding) => `- ${finding}`);
  const parts = [head, parsed.summary];
  parts.push(findings.length === 0 ? 'No findings.' : ['### Findings', ...findings].join('\n'));
  if (parsed.focus.length > 0) parts.push(['### Files to focus on', ...parsed.focus.map((file) => `- \`${file}\``)].join('\n'));
  return parts.join('\n\n');
}

interface ParsedReview {
  summary: string;
  findings: string[];
  focus: string[];
}

function parseReview(text: string): ParsedReview | null {
  const start = text.indexOf('{');
  const stop = text.lastIndexOf('}');
  if (start < 0 || stop <= start) return null;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(start, stop + 1));
  } catch {
    return null;
  }
  const object = value as Record<string, unknown>;
  const strings = (input: unknown): string[] =>
    Array.isArray(input) ? input.map((each) => (typeof each === 'string' ? each : sentenceOf(each))) : [];
  return {
    summary: typeof object['summary'] === 'string' ? object['summary'] : '',
    findings: strings(object['findings']),
    focus: strings(object['files_to_focus']),
  };
}

function sentenceOf(finding: unknown): string {
  const fields = finding as { severity?: unknown; file?: unknown; line?: unknown; text?: unknown; message?: unknown };
  const place = typeof fields.file === 'string' ? `\`${fields.file}${typeof fields.line === 'number' ? `:${fields.line}` : ''}\` ` : '';
  const severity = typeof fields.severity === 'string' ? `${fields.severity}: ` : '';
  const words = typeof fields.text === 'string' ? fields.text : typeof fields.message === 'string' ? fields.message : JSON.stringify(finding);
  return `${severity}${place}${words}`;
}
