import { Ban, Check, CircleAlert, CircleDashed, CircleDot, Clock, GitMerge, Loader, PauseCircle, UserRound, X, type LucideIcon } from 'lucide-react';
import { Badge } from './badge.tsx';
import type { Tone } from './tone.ts';

interface Look {
  tone: Tone;
  icon: LucideIcon;
  /** Where the persisted name is no good word. */
  word?: string;
}

const WAITS: Look = { tone: 'neutral', icon: Clock };
const WORKS: Look = { tone: 'info', icon: Loader };
const ASKS: Look = { tone: 'warn', icon: UserRound };
const DONE: Look = { tone: 'good', icon: Check };
const BROKE: Look = { tone: 'bad', icon: X };
const LEFT: Look = { tone: 'neutral', icon: Ban };

/** Every persisted state the console shows, of issues, tasks, runs, change requests, actions, pull requests and targets. */
const LOOKS: Readonly<Record<string, Look>> = {
  new: { tone: 'neutral', icon: CircleDot },
  triaged: { tone: 'neutral', icon: CircleDot },
  planned: { tone: 'info', icon: CircleDot },
  draft: { tone: 'neutral', icon: CircleDashed },
  needs_info: { ...ASKS, word: 'needs info' },
  awaiting_approval: { ...ASKS, word: 'waits for approval' },
  awaiting_merge: { ...ASKS, word: 'waits for merge' },
  pending: { ...ASKS, word: 'waits for a decision' },
  waiting: ASKS,
  escalated: { tone: 'bad', icon: UserRound },
  in_progress: { ...WORKS, word: 'in progress' },
  in_review: { ...WORKS, word: 'in review' },
  queued: WAITS,
  preparing: WORKS,
  ready: WAITS,
  running: WORKS,
  checking: WORKS,
  started: WORKS,
  executing: WORKS,
  verifying: WORKS,
  merging: WORKS,
  submitted: WAITS,
  open: { tone: 'info', icon: CircleDot },
  succeeded: DONE,
  success: DONE,
  passed: DONE,
  approved: DONE,
  executed: DONE,
  merged: { tone: 'good', icon: GitMerge },
  landed: { tone: 'good', icon: GitMerge },
  already_landed: { tone: 'good', icon: GitMerge, word: 'landed before' },
  failed: BROKE,
  failure: BROKE,
  rejected: BROKE,
  quarantined: { tone: 'bad', icon: CircleAlert, word: 'set aside' },
  declined: { tone: 'bad', icon: X },
  denied: { tone: 'bad', icon: Ban },
  expired: { tone: 'warn', icon: Clock },
  paused: { tone: 'warn', icon: PauseCircle },
  draining: { tone: 'warn', icon: PauseCircle },
  cancelled: LEFT,
  withdrawn: LEFT,
  dropped: LEFT,
  superseded: LEFT,
  shadowed: LEFT,
  duplicate: LEFT,
  closed: LEFT,
};

const UNKNOWN: Look = { tone: 'neutral', icon: CircleDot };

/** A persisted state as a person reads it, with the icon and colour it has everywhere. A state nobody drew yet shows as its own word. */
export function StateBadge({ state, className }: { state: string; className?: string }) {
  const look = LOOKS[state] ?? UNKNOWN;
  const Icon = look.icon;
  return (
    <Badge tone={look.tone} icon={<Icon size={12} aria-hidden />} {...(className === undefined ? {} : { className })}>
      {look.word ?? state.replaceAll('_', ' ')}
    </Badge>
  );
}
