import { visible } from '#kernel/text.ts';
import type { AgentRun } from '#modules/agents/index.ts';
import type { PlanDocument } from '#modules/planning/index.ts';
import type { QueueEntry } from '#modules/merge-queue/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import type { CiVerdict } from './model.ci.ts';

export interface PullFacts {
  item: Pick<WorkItem, 'id' | 'number' | 'title' | 'type'>;
  plan: PlanDocument | null;
  landed: ReadonlyArray<Pick<QueueEntry, 'id' | 'rung' | 'landedCommit' | 'document'>>;
  publicUrl: string;
  /** Left out: not known yet, or a forge without checks of its own. */
  ci?: CiVerdict;
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
  if (facts.ci !== undefined) sections.push(ciSection(facts.ci, facts.publicUrl));
  if (item.number !== null) sections.push(`Closes #${item.number}`);
  sections.push(`Written by coding agents and landed by Reeve; a person decides about the merge. Story: ${facts.publicUrl}/v1/issues/${item.id}`);
  return sections.join('\n\n');
}

/** What decided that the work is ready: said plainly where nobody but Reeve looked. */
function ciSection(ci: CiVerdict, publicUrl: string): string {
  const at = `\`${ci.headSha.slice(0, 10)}\``;
  switch (ci.kind) {
    case 'green':
      return `### CI\nGreen on ${at}: ${ci.checks.map((name) => visible(name)).join(', ')}.`;
    case 'none':
      return `### CI\n**This repository runs no CI of its own.** Only the checks that Reeve ran (${publicUrl}/v1/ci-results?head_sha=${ci.headSha}) and the review say that ${at} works.`;
    case 'silent':
      if (ci.waiting !== undefined)
        return `### CI\n**The CI of this repository did not end on ${at}** within six hours: ${ci.waiting.map((name) => visible(name)).join(', ')}. Only the checks that Reeve ran (${publicUrl}/v1/ci-results?head_sha=${ci.headSha}) and the review say that it works.`;
      return `### CI\n**The CI of this repository said nothing about ${at}** within half an hour. Only the checks that Reeve ran (${publicUrl}/v1/ci-results?head_sha=${ci.headSha}) and the review say that it works.`;
    case 'red':
      return `### CI\nRed on ${at}: ${ci.failed.map((name) => visible(name)).join(', ')}.`;
  }
}

const MOST_OUTPUT = 60_000;

/** Name under which an agent's output is attached: people of that tool look for their own. */
export const agentOutputName = (agent: string): string => (/windsurf/i.test(agent) ? 'windsurf-output.txt' : 'agent-output.txt');

/** What the agents of a pull request did, in the order of trying; the first line is for where there is room for one only. */
export function agentOutput(
  runs: ReadonlyArray<Pick<AgentRun, 'id' | 'agent' | 'role' | 'attempt' | 'detail' | 'checks' | 'changeRequestId'>>,
  publicUrl: string,
): string {
  const told = runs.map((run) => {
    const checks = run.checks.map((check) => `${visible(check.name)} ended with ${check.exit_code ?? 'no exit code'}`);
    const detail = run.detail === null ? '' : ` ${visible(run.detail)}`;
    return [
      `${visible(run.agent)} (${run.role}, attempt ${run.attempt}): \`${run.changeRequestId ?? ''}\`.${detail}`,
      ...(checks.length > 0 ? [`Checks: ${checks.join(', ')}`] : []),
      `Execution log: ${publicUrl}/v1/jobs/${run.id}/log?follow=0`,
    ].join('\n');
  });
  return [`${runs.length} agent run${runs.length === 1 ? '' : 's'} made this`, ...told].join('\n\n').slice(0, MOST_OUTPUT);
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
