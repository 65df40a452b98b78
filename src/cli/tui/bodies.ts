/** What is read of the HTTP API's answers; each has more. */

export interface StatusBody {
  version: string;
  started_at: string;
  worker: string;
  database: string;
  queue: { waiting: number; paused: string[]; alarms: number; landed_last_day: number };
  pending_approvals: number;
  ledger: { seq: number; checkpoints: { problem: string | null; places: Array<{ place: string; last_error: string | null }> } };
  change_notices: { dead: number };
  agents: string[];
}

export interface ReadyBody {
  ready: boolean;
  parts: Record<string, string>;
}

export interface WhoBody {
  subject: string;
  role: string;
}

export interface WaitBody {
  kind: string;
  sentence: string;
  lane: number | null;
  expected_at: string | null;
}

export interface EntryBody {
  id: string;
  repo: string;
  target: string;
  task_id: string;
  attempt: number;
  work_item_id: string | null;
  summary: string;
  risk: string;
  state: string;
  rung: string | null;
  retries: number;
  last_error: string | null;
  quarantine: Record<string, unknown> | null;
  notes: string[];
  files: Array<{ path: string; added: number | null; deleted: number | null }>;
  submitted_by: string;
  submitted_at: string;
  updated_at: string;
}

export interface WaitingEntryBody extends EntryBody {
  wait: WaitBody | null;
}

export interface TargetBody {
  repository_id: string;
  repo: string | null;
  target: string;
  control: 'running' | 'paused' | 'draining';
  control_by: string | null;
  control_reason: string | null;
  control_at: string | null;
  lanes: number;
  verify_ms: number | null;
  total: number;
  entries: WaitingEntryBody[];
}

export interface AlarmBody {
  id: number;
  target: string;
  at: string;
  from: string;
  to: string;
  lost: string[];
}

export interface QueueBody {
  targets: TargetBody[];
  alarms: AlarmBody[];
  last_day: { landed: number; p50_s: number | null; p90_s: number | null };
}

export interface RunBody {
  id: string;
  agent: string;
  role: string;
  attempt: number;
  state: string;
  failure: string | null;
  detail: string | null;
  target: string;
  sandbox: string;
  sealed: boolean;
  usage: { input_tokens: number; output_tokens: number; cost_micros: number };
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  repository: string | null;
  issue_number: number | null;
  issue_title: string | null;
  task_title: string | null;
  progress: { message: string; fraction: number | null; step: string | null } | null;
  question_id: string | null;
  stop_requested_by: string | null;
  last_heard_at: string | null;
}

export interface ApprovalBody {
  id: string;
  kind: string;
  status: string;
  digest: string;
  headline: string;
  risk: 'low' | 'medium' | 'high';
  votes: { yes: number; needed: number };
  record: { args: Record<string, unknown>; trigger_user: string | null; target: { repo: string; number: number | null } };
  card: string;
  why: string;
  rule: string;
  decided_by: string | null;
  reason: string | null;
  /** What a person types before a yes to high risk. */
  confirm: string | null;
  warning: string | null;
  asked: string | null;
  notes: Array<{ kind: string; by: string; text: string; at: string }>;
  you: { may_decide: boolean; why_not: { reason: string } | null; voted: boolean } | null;
  /** What it stands in the place of. */
  supersedes: string | null;
  /** What stands in its place since it was changed. */
  superseded_by: string | null;
  created_at: string;
  expires_at: string;
}

/** What a person looks at before they decide. */
export interface DetailBody {
  approval: ApprovalBody;
  parts: Array<{ path: string; label: string; text: string; before: string | null; hidden: number; only_shown: boolean }>;
  eligible: string[];
  /** The very text the digest is the SHA-256 of. */
  canonical: string;
  undo: { sentence: string };
  modify: { possible: boolean; why_not: string | null };
}

/** What other arguments would make of an action. */
export interface PreviewBody {
  ok: boolean;
  problems: Array<{ path: string; message: string }>;
  /** As they would leave. */
  args: Record<string, unknown> | null;
  decision: { kind: 'auto' | 'approval' | 'deny'; risk: string; reason: string } | null;
}

/** What an agent asks. */
export interface QuestionBody {
  id: string;
  job_id: string;
  agent: string;
  question: string;
  choices: string[];
  state: string;
  expires_at: string;
}

export interface ChangesBody {
  unavailable: string | null;
  onto: string | null;
  files: number;
  added: number;
  deleted: number;
  items: Array<{ path: string; from: string | null; status: string; added: number | null; deleted: number | null; hunks: string; cut: boolean }>;
  next_cursor: string | null;
}

/** What was set aside and waits for a person. */
export interface QuarantinedBody {
  id: string;
  repo: string | null;
  target: string;
  task_id: string;
  attempt: number;
  summary: string;
  kind: string;
  reason: string | null;
  names: string[];
  since: string;
  superseded_by: string | null;
}

interface GroupBody<T> {
  count: number;
  more: boolean;
  items: T[];
}

/** What `GET /v1/home` answers. */
export interface HomeBody {
  approvals: GroupBody<{ id: string; kind: string; risk: string; headline: string; requester: string | null; expires_at: string }> & {
    all: number;
    soon: number;
  };
  questions: GroupBody<{ id: string; job_id: string; agent: string; question: string; asked_at: string; expires_at: string }>;
  escalations: GroupBody<{ id: string; number: number | null; title: string; state: string; reason: string | null; changed_at: string }>;
  reviews: GroupBody<{ pull_id: string; repository: string; number: number; title: string; url: string; asked_at: string }>;
  running: GroupBody<{ id: string }>;
  landed: GroupBody<{ id: string }>;
  stuck: GroupBody<{ kind: string; title: string; why: string; since: string | null; subject_id: string | null; number: number | null }>;
  budget: {
    stopped: boolean;
    lines: Array<{
      scope: 'installation' | 'project';
      period: 'day' | 'month';
      cap_micros: number;
      spent_micros: number;
      reserved_micros: number;
      left_micros: number;
      resets_at: string;
    }>;
  };
}

export interface BatchBody {
  items: Array<{ id: string; ok: boolean; status: string | null; detail: string | null }>;
}

export interface StreamBody {
  type: string;
  subject: string;
}

/** A line of an execution log; its kind says what else it has. */
export interface LogLineBody {
  line: number;
  at: string;
  kind: string;
  [member: string]: unknown;
}
