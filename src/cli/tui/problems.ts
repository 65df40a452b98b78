import type { State, View } from './model.ts';

/** Something that does not go on by itself. */
export interface Problem {
  id: string;
  /** `alarm`: it holds everything; `bad`: something is stuck; `warn`: look at it soon. */
  tone: 'alarm' | 'bad' | 'warn';
  title: string;
  why: string;
  /** ISO; null: not known. */
  since: string | null;
  /** Where more of it is shown; null: nowhere here. */
  leads: { view: View; id: string } | null;
  /** Page of the console. */
  page: string;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** A cap with less than this share left is told. */
const LITTLE_LEFT = 0.1;

/** What is stuck and why, the gravest first. */
export function problemsOf(state: State): Problem[] {
  return [
    ...serverProblems(state),
    ...stuckThings(state),
    ...questions(state),
    ...escalations(state),
    ...moneyProblems(state),
    ...recordProblems(state),
    ...runProblems(state),
    ...soonGone(state),
  ];
}

/** How many there are: of some, more than are read. */
export function problemCount(state: State): string {
  const groups = [state.snapshot.home.value?.stuck, state.snapshot.home.value?.questions, state.snapshot.home.value?.escalations];
  const unread = groups.reduce((sum, group) => sum + (group === undefined ? 0 : group.count - group.items.length), 0);
  return `${problemsOf(state).length + unread}${groups.some((group) => group?.more === true) ? '+' : ''}`;
}

function serverProblems({ link, snapshot, url }: State): Problem[] {
  const same = { tone: 'alarm', leads: null, page: '/' } as const;
  if (link.kind === 'refused') return [{ ...same, id: 'server', title: `Nothing can be read from ${url}`, why: link.why ?? '', since: null }];
  if (link.kind === 'stale') {
    const why = link.why ?? 'Nothing has been heard of it.';
    const since = link.heardAt === null ? null : new Date(link.heardAt).toISOString();
    return [{ ...same, id: 'server', title: `The server at ${url} does not answer`, why, since }];
  }
  return Object.entries(snapshot.ready.value?.parts ?? {})
    .filter(([, said]) => said !== 'ok')
    .map(([part, said]) => ({ ...same, id: `part ${part}`, title: `The server is not ready: ${part}`, why: said, since: null }));
}

const PLACES: Readonly<Record<string, { view: View; page: string }>> = {
  dispatch_stopped: { view: 'overview', page: '/settings/budget' },
  branch_rewritten: { view: 'queue', page: '/queue' },
  target_held: { view: 'queue', page: '/queue' },
  quarantined: { view: 'queue', page: '/queue' },
  idle: { view: 'overview', page: '/work' },
};

function stuckThings({ snapshot }: State): Problem[] {
  return (snapshot.home.value?.stuck.items ?? []).map(({ kind, title, why, since, subject_id: id, number }) => {
    const place = PLACES[kind] ?? { view: 'overview', page: '/' };
    const isShown = (kind === 'quarantined' || kind === 'target_held') && id !== null;
    return {
      id: `${kind} ${id ?? ''}`,
      tone: kind === 'dispatch_stopped' || kind === 'branch_rewritten' ? 'alarm' : 'bad',
      title: number === null || kind === 'quarantined' ? title : `#${number} ${title}`,
      why,
      since,
      leads: isShown ? { view: place.view, id } : null,
      page: (kind === 'quarantined' || kind === 'idle') && id !== null ? `${place.page}/${id}` : place.page,
    };
  });
}

/** Agents that stand still until somebody answers. */
function questions({ snapshot }: State): Problem[] {
  return (snapshot.home.value?.questions.items ?? []).map(({ id, job_id: runId, agent, question, asked_at: since, expires_at: until }) => ({
    id: `question ${id}`,
    tone: 'bad',
    title: `${agent} asks: ${question.split('\n', 1)[0] ?? ''}`,
    why: `It waits for an answer until ${until.slice(0, 16).replace('T', ' ')} UTC.`,
    since,
    leads: { view: 'overview', id },
    page: `/runs/${runId}`,
  }));
}

/** Issues that only a person can go on with. */
function escalations({ snapshot }: State): Problem[] {
  return (snapshot.home.value?.escalations.items ?? []).map(({ id, number, title, state, reason, changed_at: since }) => ({
    id: `escalation ${id}`,
    tone: state === 'failed' ? 'bad' : 'warn',
    title: `${number === null ? '' : `#${number} `}${title}`,
    why: reason ?? (state === 'failed' ? 'It failed.' : 'It needs to be told more.'),
    since,
    leads: null,
    page: `/work/${id}`,
  }));
}

function moneyProblems({ snapshot }: State): Problem[] {
  return (snapshot.home.value?.budget.lines ?? [])
    .filter(({ cap_micros: cap, left_micros: rest }) => cap > 0 && rest < cap * LITTLE_LEFT)
    .map((line, at) => ({
      id: `budget ${at}`,
      tone: 'warn',
      title: `Little is left of the ${line.scope === 'project' ? "project's " : ''}budget of the ${line.period}`,
      why: `$${(line.left_micros / 1e6).toFixed(2)} of $${(line.cap_micros / 1e6).toFixed(2)} until ${line.resets_at.slice(0, 16).replace('T', ' ')} UTC.`,
      since: null,
      leads: null,
      page: '/settings/budget',
    }));
}

/** What keeps the record from being told elsewhere. */
function recordProblems({ snapshot }: State): Problem[] {
  const status = snapshot.status.value;
  if (status === null) return [];
  const same = { tone: 'warn', since: null, leads: null, page: '/ledger' } as const;
  const { problem, places } = status.ledger.checkpoints;
  return [
    ...(problem === null ? [] : [{ ...same, id: 'checkpoints', title: 'No checkpoint of the ledger is made', why: problem }]),
    ...places.flatMap(({ place, last_error: why }) =>
      why === null ? [] : [{ ...same, id: `place ${place}`, title: `Checkpoints do not reach ${place}`, why }],
    ),
    ...(status.change_notices.dead === 0
      ? []
      : [
          {
            ...same,
            id: 'notices',
            title: 'The change-management system was not told',
            why: `${status.change_notices.dead} notices were given up; they can be sent again.`,
            page: '/compliance',
          },
        ]),
  ];
}

/** Runs that failed in the last day, the newest of each task, and those that say nothing any more. */
function runProblems({ snapshot, now }: State): Problem[] {
  const seen = new Set<string>();
  return (snapshot.runs.value ?? []).flatMap((run): Problem[] => {
    const about = `${run.repository ?? ''} ${run.issue_number ?? ''} ${run.task_title ?? run.id} ${run.role}`;
    const isNewest = !seen.has(about);
    seen.add(about);
    const at = run.ended_at === null ? null : Date.parse(run.ended_at);
    if (run.state !== 'failed' || !isNewest || at === null || now - at > DAY_MS) return [];
    const what = run.issue_number === null ? (run.task_title ?? run.id) : `#${run.issue_number} ${run.task_title ?? run.issue_title ?? ''}`;
    const why = run.detail ?? run.failure ?? 'It gave no reason.';
    const leads = { view: 'runs', id: run.id } as const;
    return [
      { id: `run ${run.id}`, tone: 'warn', title: `A run of ${run.agent} failed: ${what}`, why, since: run.ended_at, leads, page: `/runs/${run.id}` },
    ];
  });
}

/** What runs out within an hour, and what would be refused even after a yes. */
function soonGone({ snapshot, now }: State): Problem[] {
  return (snapshot.approvals.value ?? []).flatMap((approval): Problem[] => {
    const leads = { view: 'approvals', id: approval.id } as const;
    const same = { tone: 'warn', title: approval.headline, leads, page: `/approvals/${approval.id}` } as const;
    if (approval.warning !== null)
      return [{ ...same, id: `warning ${approval.id}`, why: `A yes would not be enough. ${approval.warning}`, since: approval.created_at }];
    const rest = Date.parse(approval.expires_at) - now;
    if (rest <= 0 || rest > HOUR_MS) return [];
    return [{ ...same, id: `soon ${approval.id}`, why: 'It runs out within an hour; then it is not done.', since: approval.created_at }];
  });
}
