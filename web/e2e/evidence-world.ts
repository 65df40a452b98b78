import { createDb, createPool } from '../../src/platform/db/index.ts';
import { createLedger, type LedgerInput } from '../../src/modules/ledger/index.ts';
import { canonicalJson, sha256Hex } from '../../src/platform/crypto/index.ts';
import type { ConsoleBench } from './kit.ts';

const ULID = '01JABCDEFGHJKMNPQRSTVWXYZ';
export const ISSUE = `iss_${ULID}1`;
export const ACTION = `act_${ULID}1`;

/** What happened in the estate of these tests, in order. */
const ENTRIES: LedgerInput[] = [
  { kind: 'story.started', subject: ISSUE, actor: 'person:ann', workItemId: ISSUE, payload: { generation: 1 } },
  {
    kind: 'model.called',
    subject: `call_${ULID}1`,
    actor: 'system',
    workItemId: ISSUE,
    payload: { model: 'fable', model_version: '2026-11', purpose: 'plan', outcome: 'answered' },
  },
  {
    kind: 'action.proposed',
    subject: ACTION,
    actor: 'agent:codex',
    workItemId: ISSUE,
    payload: { kind: 'pr.merge', target: { forge: 'local', repo: 'acme/shop', number: 12 }, trigger_user: 'ann' },
  },
  {
    kind: 'approval.voted',
    subject: ACTION,
    actor: 'person:ann',
    workItemId: ISSUE,
    // A direction change nobody sees: it must show.
    payload: { decision: 'approve', reason: 'Looks \u202egood' },
  },
];

/** Writes to the ledger of a server as its own modules do: links, hashes and tree are whole. Answers the numbers of the entries. */
export async function appendEntries(bench: ConsoleBench, entries: readonly LedgerInput[] = ENTRIES): Promise<number[]> {
  const pool = createPool({ connection: { url: bench.databaseUrl }, max: 2 }, () => {});
  const db = createDb(pool);
  const ledger = createLedger({ db });
  const seqs: number[] = [];
  for (const entry of entries) {
    await db.tx(async (tx) => ledger.append(tx, entry));
    const [newest] = (await ledger.list({ limit: 1, order: 'desc', subject: entry.subject, kind: entry.kind })).items;
    seqs.push(newest?.seq ?? 0);
  }
  await pool.end();
  return seqs;
}

/** Rows behind the newest entry, for lists that are long: they are not linked, so nothing is verified after this. */
export async function appendManyRows(bench: ConsoleBench, count: number): Promise<void> {
  await bench.sql(
    `insert into ledger_entries (seq, occurred_at, kind, subject, actor, payload, prev_hash, hash)
     select h.seq + n, h.occurred_at + make_interval(secs => n), (array['run.started', 'run.succeeded', 'action.executed'])[1 + n % 3], 'row ' || n, 'system',
       '{}', repeat('0', 64), encode(sha256(n::text::bytea), 'hex')
     from ledger_head h, generate_series(1, $1::int) n`,
    [count],
  );
  await bench.sql('update ledger_head set seq = seq + $1', [count]);
}

const HASH = 'a'.repeat(64);
const vote = (by: string) => ({ by, role: 'maintainer', decision: 'approve', reason: 'It is what was asked for.', at: '2026-11-20T10:05:00Z' });
const decision = (by: string) => ({
  action_id: ACTION,
  kind: 'pr.merge',
  digest: HASH,
  status: 'executed',
  risk: 'high',
  rule: 'actions.pr.merge.mode',
  policy_hash: HASH,
  trigger_user: 'dora',
  proposed_by: 'system',
  proposed_at: '2026-11-20T10:00:00Z',
  approved_at: '2026-11-20T10:05:00Z',
  executed_at: '2026-11-20T10:06:00Z',
  self_approved: false,
  votes: [vote(by)],
});

export interface RecordWish {
  number: number;
  title: string;
  /** Who approved; the author is dora. */
  by: string;
  checks: boolean;
  model: string;
}

export const recordId = (number: number): string => `comp_${ULID}${number}`;
export const PULL = `pull_${ULID}1`;

/** A record of a change as it is kept, without the modules that made it; its entry in the ledger holds the same hash. */
export async function putRecord(bench: ConsoleBench, { number, title, by, checks, model }: RecordWish): Promise<void> {
  const at = `2026-11-20T10:0${number}:00Z`;
  const record = {
    v: 1,
    id: recordId(number),
    number,
    kind: 'pull_request',
    subject: `act_${ULID}${number}`,
    project_id: `proj_${ULID}1`,
    project: 'shop',
    repository: 'acme/shop',
    changed_at: at,
    recorded_at: at,
    commit: 'c'.repeat(40),
    issue: {
      id: ISSUE,
      number: 7,
      title: 'The cart forgets its contents',
      body_sha256: HASH,
      source: 'local',
      url: null,
      author: 'dora',
      requested_by: 'dora',
      created_at: '2026-11-20T09:00:00Z',
    },
    plan: null,
    pull: {
      id: PULL,
      number: 12,
      title,
      url: 'u',
      head_branch: 'ai-7',
      base_branch: 'main',
      head_sha: 'd'.repeat(40),
      merge_sha: 'c'.repeat(40),
      created_at: '2026-11-20T09:30:00Z',
    },
    changes: [],
    agents: [
      {
        run_id: `run_${ULID}1`,
        agent: 'codex',
        role: 'coder',
        prompt_version: 'coder@3',
        prompt_hash: HASH,
        started_at: '2026-11-20T09:10:00Z',
        ended_at: null,
      },
    ],
    models: [{ model, version: '2026-11', purpose: 'plan', prompt_name: 'planner', prompt_version: 1, prompt_hash: HASH, at }],
    decisions: [decision(by)],
    checks: checks ? [{ name: 'test', conclusion: 'success', by: 'reeve', commit: 'c'.repeat(40) }] : [],
    policy: { hash: HASH, source: 'default', text_sha256: HASH },
    findings: {
      ticket_before_work: true,
      author_approved: by === 'person:dora',
      approved_before_change: true,
      checks_passed: checks ? true : null,
      self_approved: false,
      emergency: false,
    },
    hashes: {},
  };
  const sha256 = sha256Hex(canonicalJson(record));
  await bench.sql("insert into compliance_texts (sha256, text) values ($1, 'version: 1') on conflict do nothing", [HASH]);
  await bench.sql(
    `insert into compliance_records (id, number, kind, subject, project_id, work_item_id, pull_id, people, changed_at, recorded_at, record, sha256)
     values ($1, $2, 'pull_request', $3, $4, null, $5, $6, $7, $7, $8, $9)`,
    [record.id, number, record.subject, record.project_id, PULL, ['dora', by.replace('person:', '')], at, JSON.stringify(record), sha256],
  );
  await appendEntries(bench, [{ kind: 'compliance.recorded', subject: record.id, actor: 'system', payload: { number, sha256 } }]);
}

const DAY_MS = 86_400_000;
/** Seconds from the ready label to the pull request, by how many days ago it was opened; a day that is missing has none. */
const OPENED: ReadonlyArray<readonly [daysAgo: number, seconds: readonly number[]]> = [
  [12, [900, 1200, 1500]],
  [11, [600, 840, 1000, 1400]],
  [8, [500, 700, 1100, 1300, 2600]],
  [7, [400, 480, 520, 900]],
  [4, [300, 420, 450, 610, 700, 1900]],
  [2, [240, 300, 360]],
];

export const FIGURES = 'figures';

/** A project whose agents opened pull requests on some days of the last two weeks; of one nobody saw the ready label. Nobody reviewed any. */
export async function putFigures(bench: ConsoleBench): Promise<{ counted: number }> {
  const project = `proj_${ULID}9`;
  await bench.sql("insert into projects (id, key, name, settings) values ($1, $2, 'Figures', '{}')", [project, FIGURES]);
  const repository = `repo_${ULID}9`;
  await bench.sql("insert into repositories (id, project_id, forge, name, default_branch) values ($1, $2, 'local', 'acme/figures', 'main')", [
    repository,
    project,
  ]);
  const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 2;
  const samples = OPENED.flatMap(([daysAgo, seconds]) => seconds.map((one) => ({ opened: noon - daysAgo * DAY_MS, seconds: one as number | null })));
  for (const [at, { opened, seconds }] of [...samples, { opened: noon - 4 * DAY_MS, seconds: null }].entries())
    await putPull(bench, { project, repository, at, opened, seconds });
  return { counted: samples.length };
}

/** One more of them, opened now: as if an agent had just done it. */
export const putFigureNow = (bench: ConsoleBench, at: number): Promise<void> =>
  putPull(bench, { project: `proj_${ULID}9`, repository: `repo_${ULID}9`, at, opened: Date.now() - 1000, seconds: 300 });

interface PullWish {
  project: string;
  repository: string;
  at: number;
  /** Milliseconds since 1970. */
  opened: number;
  /** Null: nobody saw when it was handed over. */
  seconds: number | null;
}

async function putPull(bench: ConsoleBench, { project, repository, at, opened, seconds }: PullWish): Promise<void> {
  const suffix = `${ULID.slice(0, -2)}${String(at).padStart(3, '0')}`;
  const [issue, pull, number] = [`iss_${suffix}`, `pull_${suffix}`, 500 + at];
  const label = new Date(opened - (seconds ?? 60) * 1000).toISOString();
  await bench.sql(
    "insert into work_items (id, project_id, repository_id, source, external_id, number, title) values ($1, $2, $3, 'local', $4, $5, $6)",
    [issue, project, repository, String(number), number, `Issue of the figures ${at + 1}`],
  );
  await bench.sql(
    "insert into stories (work_item_id, generation, workflow_id, kind, started_by, started_at) values ($1, 1, $2, 'issue', 'person:ann', $3)",
    [issue, `delivery.story:${issue}:1`, label],
  );
  if (seconds !== null)
    await bench.sql(
      "insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at) values ($1, 'local', $1, 'issue.labeled', 'local', 'acme/figures', $2, $3, $4)",
      [`evt_${suffix}`, number, JSON.stringify({ label: 'AI-Ready', actor: 'ann' }), label],
    );
  await bench.sql(
    `insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url, created_at)
     values ($1, $2, $3, $4, $5, $6, 'open', false, $7, 'main', 'sha', 'u', $8)`,
    [pull, issue, project, repository, 1000 + number, `Pull request of the figures ${at + 1}`, `ai-${number}`, new Date(opened).toISOString()],
  );
}
