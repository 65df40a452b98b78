import type { ApprovalBody, DetailBody, HomeBody, QuestionBody, RunBody, WaitingEntryBody } from '#cli/tui/bodies.ts';
import { startState, type ApprovalDetail, type Part, type State } from '#cli/tui/model.ts';

/** What a busy installation answers `reeve top`; the moment is 2026-03-02T10:00:00Z. */
export const SAMPLE_NOW = Date.parse('2026-03-02T10:00:00Z');
const before = (minutes: number): string => new Date(SAMPLE_NOW - minutes * 60_000).toISOString();
const after = (minutes: number): string => before(-minutes);
const known = <T>(value: T): Part<T> => ({ value, problem: null });

export function sampleApproval(given: Partial<ApprovalBody> = {}): ApprovalBody {
  return {
    id: 'act_1',
    kind: 'pr.comment',
    status: 'pending',
    digest: 'd'.repeat(64),
    headline: 'Comment on #12 of acme/shop',
    risk: 'low',
    votes: { yes: 0, needed: 1 },
    record: { args: { body: 'The tests pass.' }, trigger_user: 'mia', target: { repo: 'acme/shop', number: 12 } },
    card: 'pr.comment on acme/shop#12\n\nThe tests pass.',
    why: 'The policy says require_approval.',
    rule: 'actions.pr.comment.mode',
    decided_by: null,
    reason: null,
    confirm: null,
    warning: null,
    asked: null,
    notes: [],
    you: { may_decide: true, why_not: null, voted: false },
    supersedes: null,
    superseded_by: null,
    created_at: before(30),
    expires_at: after(42),
    ...given,
  };
}

export function sampleQuestion(given: Partial<QuestionBody> = {}): QuestionBody {
  const choices = ['Up', 'Half even'];
  return {
    id: 'qst_1',
    job_id: 'run_1',
    agent: 'claude',
    question: 'Which rounding: up or half even?',
    choices,
    state: 'waiting',
    expires_at: after(20),
    ...given,
  };
}

/** What a person reads of it before they decide. */
export function sampleDetail(approval: ApprovalBody, given: Partial<DetailBody> = {}): Part<ApprovalDetail> {
  const parts = [{ path: 'args.body', label: 'Comment', text: 'The tests pass.', before: null, hidden: 0, only_shown: false }];
  const undo = { sentence: 'Once done, a person takes it back.' };
  const detail = { approval, parts, eligible: [], canonical: '{}', undo, modify: { possible: true, why_not: null }, ...given };
  const changes = { unavailable: 'It changes no files.', onto: null, files: 0, added: 0, deleted: 0, items: [], next_cursor: null };
  return known({ detail, changes });
}

export function sampleRun(given: Partial<RunBody> = {}): RunBody {
  return {
    id: 'run_1',
    agent: 'claude',
    role: 'coder',
    attempt: 1,
    state: 'running',
    failure: null,
    detail: null,
    target: 'main',
    sandbox: 'bwrap',
    sealed: true,
    usage: { input_tokens: 120_000, output_tokens: 8000, cost_micros: 310_000 },
    created_at: before(7),
    started_at: before(6),
    ended_at: null,
    repository: 'acme/shop',
    issue_number: 7,
    issue_title: 'Search ignores case',
    task_title: 'Make the search ignore case',
    progress: { message: 'running the tests', fraction: 0.6, step: null },
    question_id: null,
    stop_requested_by: null,
    last_heard_at: before(0),
    ...given,
  };
}

function sampleEntry(given: Partial<WaitingEntryBody>): WaitingEntryBody {
  return {
    id: 'chg_1',
    repo: 'acme/shop',
    target: 'main',
    task_id: 'tsk_1',
    attempt: 1,
    work_item_id: 'iss_1',
    summary: 'Free shipping from 50 euros',
    risk: 'low',
    state: 'verifying',
    rung: 'clean',
    retries: 0,
    last_error: null,
    quarantine: null,
    notes: [],
    files: [{ path: 'src/shipping.js', added: 4, deleted: 1 }],
    submitted_by: 'run_9',
    submitted_at: before(3),
    updated_at: before(1),
    wait: { kind: 'verifying', sentence: 'Its checks run.', lane: 1, expected_at: after(1) },
    ...given,
  };
}

const group = <T>(items: T[]): { count: number; more: boolean; items: T[] } => ({ count: items.length, more: false, items });

const HOME: HomeBody = {
  approvals: { ...group([]), all: 3, soon: 1 },
  questions: group([
    { id: 'qst_1', job_id: 'run_1', agent: 'claude', question: 'Which rounding: up or half even?', asked_at: before(4), expires_at: after(20) },
  ]),
  escalations: group([
    { id: 'iss_6', number: 6, title: 'Checkout is weird', state: 'needs_info', reason: 'Questions are put to the author.', changed_at: before(90) },
  ]),
  reviews: group([]),
  running: group([{ id: 'run_1' }]),
  landed: group([]),
  stuck: group([
    {
      kind: 'quarantined',
      title: 'Express shipping for 9.90',
      why: 'It conflicts with what landed before it.',
      since: before(12),
      subject_id: 'chg_8',
      number: 8,
    },
  ]),
  budget: {
    stopped: false,
    lines: [
      {
        scope: 'installation',
        period: 'month',
        cap_micros: 200e6,
        spent_micros: 61_400_000,
        reserved_micros: 2_000_000,
        left_micros: 136_600_000,
        resets_at: after(9000),
      },
    ],
  },
};

/** The screen of a person who may decide, with something of everything on it. */
export function sampleState(cols: number, rows: number, given: Partial<State> = {}): State {
  const start = startState('http://127.0.0.1:4000', { cols, rows }, SAMPLE_NOW);
  return {
    ...start,
    link: { kind: 'live', heardAt: SAMPLE_NOW, why: null },
    snapshot: {
      who: known({ subject: 'person:mia', role: 'manager' }),
      ready: known({ ready: true, parts: { database: 'ok' } }),
      status: known({
        version: '0.1.0',
        started_at: before(134),
        worker: 'w1',
        database: 'embedded',
        queue: { waiting: 2, paused: [], alarms: 0, landed_last_day: 14 },
        pending_approvals: 3,
        ledger: { seq: 4210, checkpoints: { problem: null, places: [] } },
        change_notices: { dead: 0 },
        agents: ['claude', 'codex'],
      }),
      home: known(HOME),
      queue: known({
        targets: [
          {
            repository_id: 'rep_1',
            repo: 'acme/shop',
            target: 'main',
            control: 'running',
            control_by: null,
            control_reason: null,
            control_at: null,
            lanes: 2,
            verify_ms: 42_000,
            total: 2,
            entries: [
              sampleEntry({}),
              sampleEntry({
                id: 'chg_2',
                summary: '折扣码 for 10 % 🎉',
                state: 'queued',
                rung: null,
                wait: { kind: 'lane', sentence: 'It waits for a free lane.', lane: null, expected_at: null },
              }),
            ],
          },
        ],
        alarms: [],
        last_day: { landed: 14, p50_s: 95, p90_s: 300 },
      }),
      quarantined: known([
        {
          id: 'chg_8',
          repo: 'acme/shop',
          target: 'main',
          task_id: 'tsk_8',
          attempt: 1,
          summary: 'Express shipping for 9.90',
          kind: 'conflict',
          reason: null,
          names: ['src/shipping.js'],
          since: before(12),
          superseded_by: null,
        },
      ]),
      runs: known([
        sampleRun(),
        sampleRun({
          id: 'run_0',
          agent: 'codex',
          state: 'failed',
          detail: '1 of 1 checks failed: test',
          failure: 'checks_failed',
          started_at: before(60),
          ended_at: before(50),
          issue_number: 10,
          task_title: 'Round the tax',
        }),
      ]),
      approvals: known([
        sampleApproval({
          id: 'act_3',
          kind: 'pr.merge',
          risk: 'high',
          headline: 'Merge pull request #13 of acme/shop into main at de6b7be509',
          confirm: 'acme/shop',
          votes: { yes: 1, needed: 2 },
          expires_at: after(60 * 24 * 6),
        }),
        sampleApproval(),
        sampleApproval({ id: 'act_2', headline: 'Comment on #14 of acme/shop', expires_at: after(600) }),
      ]),
    },
    ...given,
  };
}
