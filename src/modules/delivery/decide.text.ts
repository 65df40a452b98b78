import { toStorableText, visible } from '#kernel/text.ts';
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
  /** Who should review it; null: nothing to say yet. */
  reviewers?: string | null;
  /** Which changed lines no test runs; null: nobody knows. */
  untested?: string | null;
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
  for (const section of [facts.untested, facts.reviewers]) if (section !== null && section !== undefined) sections.push(section);
  const last = [`Written by coding agents and landed by Reeve; a person decides about the merge. Story: ${facts.publicUrl}/v1/issues/${item.id}`];
  if (item.number !== null) last.unshift(`Closes #${item.number}`);
  const told = sections.map((section) => cutMarkdown(section, MOST_SECTION)).join('\n\n');
  return [cutMarkdown(told, MOST_BODY), ...last].join('\n\n');
}

/** Forges refuse longer texts than 65,536 characters; what is beyond stands in Reeve. */
const MOST_BODY = 60_000;
const MOST_SECTION = 20_000;
/** A longer fence is cut away with its block: closing it would cost as much. */
const LONGEST_FENCE = 40;

/** At most about `most` characters, cut where a line ends; a block that is open there is closed, so that what comes after is text and no code. */
export function cutMarkdown(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most);
  const end = kept.lastIndexOf('\n');
  const lines = toStorableText(end > most / 2 ? kept.slice(0, end) : kept).split('\n');
  const open = openFence(lines);
  if (open === null) return [...lines, '', CUT].join('\n');
  return [...(open.mark.length > LONGEST_FENCE ? lines.slice(0, open.at) : [...lines, open.mark]), '', CUT].join('\n');
}

const CUT = '_Cut here: it was too long._';

/** https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
function openFence(lines: readonly string[]): { at: number; mark: string } | null {
  let open: { at: number; mark: string } | null = null;
  for (const [at, line] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark === undefined) continue;
    if (open === null) open = { at, mark };
    else if (line.trim() === mark && mark.startsWith(open.mark)) open = null;
  }
  return open;
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

/** One comment of a pull request, edited on each push. */
export const AGENT_OUTPUT_MARKER = 'reeve:agent-output';

/** The same as a comment: the newest head it is about, then what the agents did. */
export function agentOutputComment(name: string, head: string, output: string): string {
  return `**${name}**, up to \`${head.slice(0, 10)}\`\n\n${output}`;
}
