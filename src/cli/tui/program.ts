import { sentenceOf } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import type { Screen } from '../output.ts';
import { carryOut, type Deed, type Outside } from './deeds.ts';
import { difference } from './differ.ts';
import { followLog } from './follow.ts';
import type { Frame } from './frame.ts';
import { sceneOf } from './layout.ts';
import { startLive } from './live.ts';
import { startState, type Effect, type Message, type State } from './model.ts';
import { openPage, writeIn } from './outside.ts';
import { readDetail, readQuestion } from './reads.ts';
import { enterSession } from './session.ts';
import { questionOf } from './update.ask.ts';
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
  const over = new AbortController();
  // Whoever leaves does not wait for an answer.
  const connected = async (): Promise<ApiClient> => (await connect()).until(over.signal);
  const first = await connected();
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  const session = enterSession(screen, {
    onKey: (key) => dispatch({ kind: 'key', key }),
    onResize: (size) => dispatch({ kind: 'resized', size }),
    onFree: () => painter.soon(),
    onRepaint: () => painter.again(),
    onEnd: () => leave(),
  });
  const has = { browser: screen.browser !== undefined, editor: screen.editor !== undefined };
  let state: State = { ...startState(first.url, session.size(), now()), has };
  const painter = createPainter(session, screen.colours, () => state);
  const dispatch = (message: Message): void => {
    // What comes back after somebody has left would begin everything anew.
    if (over.signal.aborted) return;
    const next = update(state, message);
    if (next.state !== state) {
      state = next.state;
      painter.soon();
      attention.look();
    }
    for (const effect of next.effects) perform(effect);
  };
  const live = startLive(first, { connect: connected, dispatch, state: () => state, now });
  const attention = createAttention(
    () => live.api,
    dispatch,
    () => state,
  );
  const ticking = setInterval(() => dispatch({ kind: 'tick', now: now() }), 1000);

  const outside: Outside = {
    write: (text) => session.lend(() => writeIn(screen.editor ?? '', text)),
    browse: (url) => openPage(screen.browser ?? [], url),
  };

  function perform(effect: Effect): void {
    if (effect.kind === 'quit') return leave();
    if (effect.kind === 'suspend') return session.suspend();
    if (effect.kind === 'repaint') return session.repaint();
    void finish(effect);
  }
  async function finish(effect: Deed): Promise<void> {
    try {
      dispatch(await carryOut(live.api, effect, outside));
    } catch (error) {
      dispatch({ kind: 'done', text: sentenceOf(error), tone: 'bad' });
    }
    live.refresh(['approvals', 'home', 'runs']);
  }

  try {
    painter.soon();
    await left;
  } finally {
    over.abort();
    clearInterval(ticking);
    live.stop();
    attention.stop();
    painter.stop();
    session.leave();
  }
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
    const questionId = questionOf(chosen);
    if (questionId !== null && !state().questions.has(questionId) && !asked.has(questionId)) {
      asked.add(questionId);
      void readQuestion(api(), questionId).then((part) => {
        asked.delete(questionId);
        dispatch({ kind: 'questioned', id: questionId, part });
      });
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
