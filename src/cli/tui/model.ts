import type {
  ApprovalBody,
  ChangesBody,
  DetailBody,
  HomeBody,
  LogLineBody,
  QuarantinedBody,
  QuestionBody,
  QueueBody,
  ReadyBody,
  RunBody,
  StatusBody,
  WhoBody,
} from './bodies.ts';
import type { Size } from './frame.ts';

export const VIEWS = ['overview', 'runs', 'queue', 'approvals', 'problems'] as const;
export type View = (typeof VIEWS)[number];

/** One read of the server: the newest answer that came, and why there is none newer. */
export interface Part<T> {
  value: T | null;
  problem: string | null;
}

export interface Snapshot {
  who: Part<WhoBody>;
  ready: Part<ReadyBody>;
  status: Part<StatusBody>;
  home: Part<HomeBody>;
  queue: Part<QueueBody>;
  quarantined: Part<QuarantinedBody[]>;
  /** Those that have not ended, then those that ended last. */
  runs: Part<RunBody[]>;
  /** Those that wait, by risk and then by what runs out first. */
  approvals: Part<ApprovalBody[]>;
}
export type PartName = keyof Snapshot;

/**
 * How fresh the screen is. `live`: events come as they happen. `polling`: the server answers, but its stream does not stand. `stale`: it does
 * not answer; what is shown is what was known at `heardAt` (milliseconds since 1970, as all times here). `refused`: whoever answers does not
 * let this person in, by their token or because it is no Reeve; `why` says which.
 */
export interface Link {
  kind: 'connecting' | 'live' | 'polling' | 'stale' | 'refused';
  heardAt: number | null;
  why: string | null;
}

/** What a person is asked for in the last rows. */
export type Prompt =
  | { kind: 'filter'; text: string; before: string }
  | { kind: 'decide'; decision: 'approve' | 'decline'; chosen: readonly ApprovalBody[]; step: 'reason' | 'name'; text: string; reason: string }
  | { kind: 'stop'; runId: string; what: string }
  | { kind: 'address'; url: string }
  | { kind: 'note'; as: 'question' | 'answer'; id: string; headline: string; text: string }
  | { kind: 'answer'; question: QuestionBody; text: string }
  | { kind: 'modify'; approval: ApprovalBody; change: Change; text: string }
  | { kind: 'unfit'; approval: ApprovalBody; written: string; problem: string }
  /** What was asked is settled: what is still being typed must reach nothing else. */
  | { kind: 'gone'; text: string };

/** Other arguments of an action, looked at by the server and not sent yet. */
export interface Change {
  args: Record<string, unknown>;
  /** As they would leave. */
  leaving: Record<string, unknown>;
  /** What the policy would say of it. */
  verdict: string;
  /** The text they were written in, to go on with. */
  written: string;
}

/** What came of somebody's writing. */
export type Edited = { kind: 'same' } | { kind: 'unfit'; written: string; problem: string } | { kind: 'ready'; change: Change };

export interface Notice {
  text: string;
  tone: 'good' | 'bad' | 'plain';
  /** When it goes away. */
  until: number;
}

export interface State {
  size: Size;
  now: number;
  /** Address of the server. */
  url: string;
  view: View;
  link: Link;
  snapshot: Snapshot;
  /** Id of the row that is chosen, per view; null: the first. */
  chosen: Record<View, string | null>;
  /** The chosen row fills the screen. */
  opened: boolean;
  /** The view that Esc goes back to, where another one led here. */
  back: View | null;
  /** Rows of the detail above the screen; of a log: rows below the screen's end, 0 follows it. */
  scroll: number;
  filter: string;
  /** Approvals to be decided together. */
  marked: ReadonlySet<string>;
  prompt: Prompt | null;
  notice: Notice | null;
  help: boolean;
  /** Rows of the list of keys above the screen. */
  helpScroll: number;
  /** Something that was asked for is on its way, or somebody is in their editor. */
  busy: boolean;
  /** Id of what stands in the place of an approval that was changed here, until a reading that asked for it has come; null: nothing. */
  held: string | null;
  log: { runId: string; lines: readonly LogLineBody[]; problem: string | null } | null;
  details: ReadonlyMap<string, Part<ApprovalDetail>>;
  questions: ReadonlyMap<string, Part<QuestionBody>>;
  /** What this machine has beside the terminal. */
  has: { browser: boolean; editor: boolean };
}

export interface ApprovalDetail {
  detail: DetailBody;
  /** A sentence: why they could not be read. */
  changes: ChangesBody | string;
}

export type KeyName =
  | 'char'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backtab'
  | 'up'
  | 'down'
  | 'pageup'
  | 'pagedown'
  | 'home'
  | 'end'
  | 'backspace'
  | 'clear'
  | 'word'
  | 'paste'
  | 'repaint'
  | 'suspend'
  | 'quit';

/** What somebody pressed. */
export interface Key {
  name: KeyName;
  /** Of `char` and `paste`. */
  text: string;
}

export type Message =
  | { kind: 'key'; key: Key }
  | { kind: 'tick'; now: number }
  | { kind: 'resized'; size: Size }
  /** `looked`: the approval that was asked for by its id too; where it is not among them, it waits no more. */
  | { kind: 'loaded'; parts: Partial<Snapshot>; looked?: string | null }
  | { kind: 'linked'; link: Partial<Link> & Pick<Link, 'kind'>; url?: string }
  | { kind: 'logged'; runId: string; lines: readonly LogLineBody[]; problem: string | null }
  | { kind: 'detailed'; id: string; part: Part<ApprovalDetail> }
  | { kind: 'questioned'; id: string; part: Part<QuestionBody> }
  | { kind: 'edited'; approval: ApprovalBody; outcome: Edited }
  /** An action was changed: `approval` stands in its place. */
  | { kind: 'replaced'; approval: ApprovalBody }
  /** A page was opened, or was not: nothing waited for it. */
  | { kind: 'opened'; url: string }
  | { kind: 'unopened'; url: string }
  | { kind: 'done'; text: string; tone: Notice['tone'] };

/** What the program has to do outside. */
export type Effect =
  | { kind: 'decide'; decision: 'approve' | 'decline'; chosen: readonly ApprovalBody[]; reason: string; confirm: string | null }
  | { kind: 'stop'; runId: string }
  | { kind: 'note'; as: 'question' | 'answer'; id: string; text: string }
  | { kind: 'answer'; id: string; agent: string; text: string }
  /** Somebody writes; `written`: where they left off, null: at what the action has. */
  | { kind: 'edit'; approval: ApprovalBody; written: string | null }
  | { kind: 'modify'; approval: ApprovalBody; args: Record<string, unknown>; reason: string }
  | { kind: 'browse'; url: string }
  | { kind: 'repaint' }
  | { kind: 'suspend' }
  | { kind: 'quit' };

const NOTHING_YET: Part<never> = { value: null, problem: null };

export function startState(url: string, size: Size, now: number): State {
  const snapshot: Snapshot = {
    who: NOTHING_YET,
    ready: NOTHING_YET,
    status: NOTHING_YET,
    home: NOTHING_YET,
    queue: NOTHING_YET,
    quarantined: NOTHING_YET,
    runs: NOTHING_YET,
    approvals: NOTHING_YET,
  };
  return {
    size,
    now,
    url,
    view: 'overview',
    link: { kind: 'connecting', heardAt: null, why: null },
    snapshot,
    chosen: { overview: null, runs: null, queue: null, approvals: null, problems: null },
    opened: false,
    back: null,
    scroll: 0,
    filter: '',
    marked: new Set(),
    prompt: null,
    notice: null,
    help: false,
    helpScroll: 0,
    busy: false,
    held: null,
    log: null,
    details: new Map(),
    questions: new Map(),
    has: { browser: false, editor: false },
  };
}

/** The next state, and what is to be done outside. */
export interface Next {
  state: State;
  effects: readonly Effect[];
}

const NOTICE_MS = 6000;

export const only = (state: State): Next => ({ state, effects: [] });

/** With a sentence in the last row, for a few seconds. */
export const told = (state: State, text: string, tone: Notice['tone'] = 'plain'): State => ({
  ...state,
  notice: { text, tone, until: state.now + NOTICE_MS },
});
