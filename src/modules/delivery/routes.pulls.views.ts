import { z } from 'zod';
import { TIMELINE_KINDS, WAITS_FOR } from './model.pulls.ts';

const Instant = z.iso.datetime();

export const OverviewView = z
  .object({
    id: z.string(),
    issue_id: z.string().nullable(),
    project_id: z.string(),
    repository_id: z.string(),
    number: z.number(),
    title: z.string(),
    state: z.enum(['open', 'merged', 'closed']),
    draft: z.boolean(),
    head_branch: z.string(),
    base_branch: z.string(),
    head_sha: z.string(),
    merge_sha: z.string().nullable(),
    url: z.string(),
    created_at: Instant,
    updated_at: Instant,
    project: z.string().describe('Key of the project'),
    repository: z.string().describe('`owner/name`'),
    issue_number: z.number().nullable(),
    issue_title: z.string().nullable(),
    author: z.string().nullable().describe('Login on the forge; null: no event told'),
    author_kind: z.enum(['agent', 'person', 'bot']),
    opened_at: Instant,
    waiting: z.object({
      for: z.enum(WAITS_FOR),
      names: z.array(z.string()).describe('Handles, logins, names of agents or `role:<role>`; empty: nobody in particular'),
      why: z.string().describe('A sentence without its full stop'),
      since: Instant.nullable(),
    }),
    checks: z.object({
      passed: z.number().int(),
      failed: z.number().int(),
      pending: z.number().int(),
      other: z.number().int().describe('Cancelled or neutral'),
      verdict: z.enum(['green', 'red']).nullable().describe("The forge's first verdict on this head"),
      at: Instant.nullable(),
    }),
    review: z
      .object({
        review_id: z.string(),
        reviewer: z.string().describe('Name of the agent'),
        head_sha: z.string(),
        at: Instant,
        rounds: z.number().int(),
        open: z.object({ blocker: z.number().int(), major: z.number().int(), minor: z.number().int(), note: z.number().int() }),
      })
      .nullable()
      .describe('The last review by an agent'),
    verdicts: z.array(z.object({ author: z.string(), verdict: z.string(), at: Instant })).describe('What people said last in reviews'),
    objectors: z.array(z.string()).describe('Who may decide and asked for changes that nobody has worked on'),
    fix: z.object({ what: z.enum(['reviews', 'conflict']), by: z.string(), at: Instant }).nullable(),
    approval: z
      .object({
        action_id: z.string(),
        kind: z.enum(['pr.merge', 'ci.retry']),
        status: z.string(),
        needed: z.number().int(),
        yes: z.number().int(),
        asked: z.string().nullable(),
        approvers: z.array(z.string()),
        at: Instant,
        expires_at: Instant.nullable(),
      })
      .nullable()
      .describe('The merge, or another try at red checks, that people are asked for or that is under way'),
    entry: z.object({ change_request_id: z.string(), state: z.string(), at: Instant }).nullable().describe('As the merge queue has it'),
    suggested: z.array(z.string()).describe('Handles of who should review it'),
    run: z.object({ run_id: z.string(), agent: z.string(), role: z.string(), at: Instant }).nullable().describe('An agent at work on it now'),
    story: z.object({ ended_as: z.string().nullable(), detail: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'PullOverview' });
export type OverviewView = z.input<typeof OverviewView>;

export const DetailView = OverviewView.extend({
  review_summary: z.string().nullable().describe('Of the last review by an agent; untrusted'),
  findings: z.array(
    z.object({
      key: z.string(),
      severity: z.enum(['blocker', 'major', 'minor', 'note']),
      state: z.enum(['open', 'settled']),
      path: z.string().nullable(),
      line: z.number().int().nullable(),
      what: z.string(),
      why: z.string(),
      suggestion: z.string().nullable(),
    }),
  ),
  compliance_record_id: z.string().nullable(),
}).meta({ id: 'PullDetail' });
export type DetailView = z.input<typeof DetailView>;

export const TimelineView = z.object({
  pull_id: z.string(),
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(TIMELINE_KINDS),
      at: Instant,
      by: z.string().nullable(),
      text: z.string().nullable().describe('Untrusted where somebody outside wrote it'),
      state: z.string().nullable(),
      sha: z.string().nullable(),
      run_id: z.string().nullable(),
      action_id: z.string().nullable(),
    }),
  ),
  next_cursor: z.null(),
});
export type TimelineView = z.input<typeof TimelineView>;

export const ChangesView = z.object({
  pull_id: z.string(),
  base: z.string().nullable().describe('Null: its commits are not here'),
  head: z.string().nullable(),
  files: z.array(z.object({ path: z.string(), from: z.string().nullable(), added: z.number().nullable(), deleted: z.number().nullable() })),
  patch: z.string().describe('Unified diff'),
  truncated: z.boolean(),
  onto: z.string().nullable().describe('Commit of the base branch that merging was tried with; null: not tried'),
  merge: z
    .object({ state: z.enum(['clean', 'conflict']), files: z.array(z.string()) })
    .nullable()
    .describe('Tried against `onto`; null: not tried'),
});
export type ChangesView = z.input<typeof ChangesView>;

export const ConversationsView = z.object({
  pull_id: z.string(),
  target: z.object({ forge: z.string(), repo: z.string(), number: z.number().int() }).describe('What a proposed answer names'),
  items: z.array(
    z.object({
      id: z.string(),
      path: z.string(),
      line: z.number().int().nullable().describe('Null: the whole file, or no line of the diff any more'),
      resolved: z.boolean(),
      outdated: z.boolean().describe('Written for an older head'),
      comments: z.array(z.object({ id: z.string(), author: z.string(), body: z.string().describe('Untrusted'), created_at: Instant })),
      asked: z
        .array(
          z.object({
            action_id: z.string(),
            kind: z.enum(['pr.thread.reply', 'pr.thread.resolve']),
            status: z.enum(['pending', 'approved', 'executing', 'failed', 'declined']),
          }),
        )
        .describe('Answers and ends that were proposed here and are not done; `failed` and `declined` for a day'),
    }),
  ),
  next_cursor: z.null(),
});
export type ConversationsView = z.input<typeof ConversationsView>;
