import type { ApiClient } from '../api/client.ts';
import { startState, VIEWS, type State, type View } from './model.ts';
import { problemsOf } from './problems.ts';
import { ALL_PARTS, readParts } from './reads.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import { visible } from '#kernel/text.ts';
import { rowsOf } from './rows.ts';
import type { Line } from './text.ts';
import { infoLines } from './view.ts';
import { rowLine } from './view.row.ts';

/** Columns of a text that goes into no terminal, and the most of one that does; below the other, rows say nothing any more. */
const WIDTH = 140;
const NARROWEST = 40;

/** Reads everything once. AppError unavailable when the server does not answer, unauthenticated when it does not take the token. */
export async function readOnce(api: ApiClient, columns = WIDTH): Promise<State> {
  const now = Date.now();
  const state = startState(api.url, { cols: Math.min(WIDTH, Math.max(NARROWEST, columns)), rows: 50 }, now);
  const { parts, unreachable, refused } = await readParts(api, ALL_PARTS, state.snapshot);
  if (refused !== null) throw refused;
  if (unreachable !== null)
    throw isAppError(unreachable) ? unreachable : new AppError('unavailable', `The server at ${api.url} broke off its answer.`);
  return { ...state, snapshot: { ...state.snapshot, ...parts }, link: { kind: 'live', heardAt: now, why: null } };
}

const TITLES: Readonly<Record<View, string>> = { overview: 'Overview', runs: 'Runs', queue: 'Queue', approvals: 'Approvals', problems: 'Problems' };

/** All views one below the other, without colours and without keys. */
export function plainText(state: State): string {
  const sections = VIEWS.map((view) => {
    const lines = rowsOf(state, view).map((row) => textOf(rowLine(row, { width: state.size.cols, now: state.now, isMarked: () => false })));
    const head = view === 'overview' ? infoLines(state).map(textOf) : [];
    const problem = view === 'overview' ? [] : partProblems(state, view);
    return [TITLES[view].toUpperCase(), ...head, ...problem, ...(lines.length === 0 ? ['  (none)'] : lines)].join('\n');
  });
  return sections.join('\n\n');
}

const textOf = (line: Line): string =>
  line
    .map(({ text }) => text)
    .join('')
    .trimEnd();

function partProblems({ snapshot }: State, view: View): string[] {
  const parts = {
    overview: [snapshot.home],
    runs: [snapshot.runs],
    queue: [snapshot.queue, snapshot.quarantined],
    approvals: [snapshot.approvals],
    problems: [snapshot.home],
  };
  return parts[view].flatMap(({ problem }) => (problem === null ? [] : [`  ${visible(problem)}`]));
}

/** The same as one document, in the names of the API. */
export function plainDocument(state: State): Record<string, unknown> {
  const { snapshot } = state;
  const unread = Object.entries(snapshot).flatMap(([part, { problem }]) => (problem === null ? [] : [{ part, problem }]));
  return {
    at: new Date(state.now).toISOString(),
    url: state.url,
    who: snapshot.who.value,
    ready: snapshot.ready.value,
    status: snapshot.status.value,
    home: snapshot.home.value,
    queue: snapshot.queue.value,
    quarantined: snapshot.quarantined.value,
    runs: snapshot.runs.value,
    approvals: snapshot.approvals.value,
    problems: problemsOf(state).map(({ tone, title, why, since, page }) => ({ tone, title, why, since, page })),
    unread,
  };
}
