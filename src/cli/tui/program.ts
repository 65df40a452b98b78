import { sentenceOf } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import type { Screen } from '../output.ts';
import type { ApprovalBody, BatchBody } from './bodies.ts';
import { difference } from './differ.ts';
import { followLog } from './follow.ts';
import { counted } from './format.ts';
import type { Frame } from './frame.ts';
import { sceneOf } from './layout.ts';
import { startLive } from './live.ts';
import { startState, type Effect, type Message, type State } from './model.ts';
import { readDetail } from './reads.ts';
import { enterSession } from './session.ts';
import { update } from './update.ts';
import { view } from './view.ts';

/** At most thirty screens a second. */
const FRAME_MS = 33;
/** A row that is only passed by is not read about. */
const REST_MS = 150;

export interface TopDeps {
  screen: Screen;
  /** A client of the server as it is reached now. AppError unavailable. */
  connect(): Promise<ApiClient>;
}

/** The dashboard, until the person leaves it. */
export async function runTop({ screen, connect }: TopDeps): Promise<void> {
  const now = Date.now;
  const first = await connect();
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  const session = enterSession(screen, {
    onKey: (key) => dispatch({ kind: 'key', key }),
    onResize: (size) => dispatch({ kind: 'resized', size }),
    onFree: () => painter.soon(),
    onRepaint: () => painter.again(),
    onEnd: () => leave(),
  });
  let state = startState(first.url, session.size(), now());
  const painter = createPainter(session, screen.colours, () => state);
  const dispatch = (message: Message): void => {
    const next = update(state, message);
    if (next.state !== state) {
      state = next.state;
      painter.soon();
      attention.look();
    }
    for (const effect of next.effects) perform(effect);
  };
  const live = startLive(first, { connect, dispatch, state: () => state, now });
  const attention = createAttention(
    () => live.api,
    dispatch,
    () => state,
  );
  const ticking = setInterval(() => dispatch({ kind: 'tick', now: now() }), 1000);

  function perform(effect: Effect): void {
    if (effect.kind === 'quit') return leave();
    if (effect.kind === 'suspend') return session.suspend();
    void finish(effect);
  }
  async function finish(effect: Deed): Promise<void> {
    try {
      dispatch({ kind: 'done', text: await carryOut(live.api, effect), tone: 'good' });
    } catch (error) {
      dispatch({ kind: 'done', text: sentenceOf(error), tone: 'bad' });
    }
    live.refresh(['approvals', 'home', 'runs']);
  }

  try {
    painter.soon();
    await left;
  } finally {
    clearInterval(ticking);
    live.stop();
    attention.stop();
    painter.stop();
    session.leave();
  }
}

type Deed = Exclude<Effect, { kind: 'quit' | 'suspend' }>;

/** Does what was confirmed; answers what became of it. */
async function carryOut(api: ApiClient, effect: Deed): Promise<string> {
  if (effect.kind === 'stop') {
    await api.post('/stop-job', { job_id: effect.runId });
    return 'The run is being stopped.';
  }
  const { decision, chosen, reason, confirm } = effect;
  const [only] = chosen;
  const word = decision === 'approve' ? 'Approved' : 'Declined';
  if (only !== undefined && chosen.length === 1) {
    const body = { decision, digest: only.digest, reason, ...(confirm === null ? {} : { confirm }) };
    const { status, votes } = await api.post<ApprovalBody>(`/v1/approvals/${only.id}/decision`, body);
    return status === 'pending' ? `${votes.yes} of ${votes.needed} said yes; it waits for somebody else too.` : `${word}: ${only.headline}`;
  }
  const items = chosen.map(({ id, digest }) => ({ id, digest }));
  const answer = await api.post<BatchBody>('/v1/approvals/decisions', { decision, kind: only?.kind, reason, items });
  const refused = answer.items.filter(({ ok }) => !ok);
  const agreed = `${word} ${counted(answer.items.length - refused.length, 'action')}.`;
  return refused.length === 0 ? agreed : `${agreed} ${refused.length} refused: ${refused[0]?.detail ?? ''}`;
}

interface Painter {
  soon(): void;
  /** Everything anew. */
  again(): void;
  stop(): void;
}

function createPainter(session: { write(text: string): void; isFree(): boolean }, colours: boolean, state: () => State): Painter {
  let before: Frame | null = null;
  let timer: NodeJS.Timeout | null = null;
  let last = 0;
  function paintNow(): void {
    timer = null;
    // A slow terminal gets the newest screen when it has taken the one before.
    if (!session.isFree()) return;
    last = Date.now();
    const frame = view(state());
    const text = difference(before, frame, colours);
    before = frame;
    if (text !== '') session.write(text);
  }
  const soon = (): void => void (timer ??= setTimeout(paintNow, Math.max(0, last + FRAME_MS - Date.now())));
  return {
    soon,
    again() {
      before = null;
      soon();
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** Reads about what a person looks at: the log of a run, the parts of an approval. */
function createAttention(api: () => ApiClient, dispatch: (message: Message) => void, state: () => State): { look(): void; stop(): void } {
  let followed: { runId: string; ended: AbortController } | null = null;
  let timer: NodeJS.Timeout | null = null;
  const asked = new Set<string>();
  function lookNow(): void {
    timer = null;
    const { chosen, layout } = sceneOf(state());
    const seen = layout.detailRows === 0 ? null : chosen;
    const runId = seen?.kind === 'run' ? seen.id : null;
    if (followed?.runId !== runId) {
      followed?.ended.abort();
      followed = runId === null ? null : { runId, ended: new AbortController() };
      if (followed !== null) void followLog(api, followed.runId, dispatch, followed.ended.signal);
    }
    if (seen?.kind !== 'approval' || state().details.has(seen.id) || asked.has(seen.id)) return;
    const { id } = seen;
    asked.add(id);
    void readDetail(api(), id).then((part) => {
      asked.delete(id);
      dispatch({ kind: 'detailed', id, part });
    });
  }
  return {
    look: () => void (timer ??= setTimeout(lookNow, REST_MS)),
    stop() {
      if (timer !== null) clearTimeout(timer);
      followed?.ended.abort();
    },
  };
}
