import { z } from 'zod';
import { RUN_STATES } from './model.ts';

/** A file as a tool call changed it; long texts are cut. `before` null: the file was made; `after` null: it was removed. */
const Edit = z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() });

/** What an agent said or did, as its harness told it. */
const AgentEventLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), agent: z.string(), version: z.string().nullable(), session: z.string().nullable() }),
  z.object({ kind: z.literal('text'), text: z.string().describe('A piece; pieces that follow each other are one message') }),
  z.object({ kind: z.literal('thought'), text: z.string() }),
  z.object({
    kind: z.literal('tool'),
    id: z.string().describe('The same in every line about one call'),
    toolKind: z.string(),
    title: z.string(),
    status: z.string(),
    paths: z.array(z.string()),
    command: z.string().nullable(),
    output: z.string().optional().describe('The end of what it printed; left out where it is as in an earlier line about this call'),
    edits: z.array(Edit).optional().describe('Left out where they are as in an earlier line about this call'),
  }),
  z.object({ kind: z.literal('plan'), entries: z.array(z.object({ text: z.string(), status: z.string() })) }),
  z.object({ kind: z.literal('permission'), title: z.string(), toolKind: z.string(), allowed: z.boolean(), reason: z.string() }),
  z.object({ kind: z.literal('usage'), inputTokens: z.number(), outputTokens: z.number() }).describe("The agent's own word"),
  z.object({ kind: z.literal('output'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ kind: z.literal('ended'), reason: z.string(), detail: z.string() }),
]);

const head = { line: z.number().int(), at: z.iso.datetime(), execution: z.number().int() };

/**
 * One line of an execution log, as it is stored and streamed. Persisted: members are added, never renamed. A line that no longer has one of these
 * shapes is told as a `note`.
 */
export const LogLine = z
  .discriminatedUnion('kind', [
    z.object({
      ...head,
      kind: z.literal('state'),
      state: z.enum(RUN_STATES),
      agent: z.string().optional(),
      role: z.string().optional(),
      attempt: z.number().int().optional(),
    }),
    z.object({ ...head, kind: z.literal('agent'), event: AgentEventLine }),
    z.object({
      ...head,
      kind: z.literal('setup'),
      commands: z.array(z.string()),
      state: z.enum(['started', 'done', 'failed']),
      cached: z.boolean().optional(),
      duration_ms: z.number().optional(),
      made: z.array(z.string()).optional(),
      output: z.string().optional(),
    }),
    z.object({
      ...head,
      kind: z.literal('check'),
      name: z.string(),
      command: z.string(),
      exit_code: z.number().nullable(),
      duration_ms: z.number(),
      output: z.string(),
    }),
    z.object({ ...head, kind: z.literal('note'), text: z.string(), changes: z.array(z.string()).optional() }),
    z.object({
      ...head,
      kind: z.literal('outcome'),
      outcome: z.enum(['change_request', 'text', 'failed', 'cancelled']),
      failure: z.string().optional(),
      detail: z.string().nullable().optional(),
    }),
    z.object({
      ...head,
      kind: z.literal('question'),
      id: z.string(),
      state: z.string(),
      question: z.string().optional(),
      choices: z.array(z.string()).optional(),
      until: z.string().optional(),
      answer: z.string().nullable().optional(),
      by: z.string().nullable().optional(),
    }),
    z.object({ ...head, kind: z.literal('progress'), message: z.string(), fraction: z.number().nullable(), step: z.string().nullable() }),
    z
      .object({ ...head, kind: z.literal('usage'), input_tokens: z.number(), output_tokens: z.number(), cost_micros: z.number() })
      .describe("What the model gateway counted in this execution so far: the truth, where the agent's own word is not"),
  ])
  .meta({ id: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;

/** What the page of a run shows beside its own row; read for many runs at once. */
export interface RunAbout {
  project: string;
  repository: string;
  issueNumber: number | null;
  issueTitle: string | null;
  taskTitle: string | null;
  /** The pull request it works for; null: none, or none yet. */
  pullId: string | null;
  pullNumber: number | null;
  pullTitle: string | null;
  /** A question of its agent that waits for a person. */
  questionId: string | null;
  /** What the agent reported last; null: nothing, or it has ended. */
  progress: { message: string; fraction: number | null; step: string | null; at: Date } | null;
  lastHeardAt: Date | null;
  stopRequestedBy: string | null;
}

/** Something a run left that can be opened. */
export interface Artifact {
  kind: 'change_request' | 'diff' | 'answer' | 'kept_work' | 'prompt' | 'log';
  title: string;
  detail: string | null;
  /** Of the API; null: it lies in git alone. */
  href: string | null;
}

/** A unified diff for people. */
export interface RunDiff {
  /** `change_request`: what it handed in; `kept`: what it left behind without handing it in. */
  source: 'change_request' | 'kept';
  base: string | null;
  patch: string;
  truncated: boolean;
  /** Files whose changes do not fit the base, so that the patch does not show them. */
  leftOut: string[];
}
