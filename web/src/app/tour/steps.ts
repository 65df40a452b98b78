/** One stop of the tour: a page, a part of it, and what to know about it. */
export interface TourStep {
  to: '/' | '/approvals' | '/work' | '/runs' | '/queue' | '/ledger';
  /** The part that is pointed at, the first that is there and seen; none of them: the page alone is shown. */
  points: readonly string[];
  title: string;
  text: string;
}

const place = (to: TourStep['to']): string => `nav[aria-label="Places"] a[href="${to}"]`;

/** Six calm stops at real parts of real pages: what asks for people, the work, the evidence. */
export const TOUR: readonly TourStep[] = [
  {
    to: '/',
    points: ['#needs-you', place('/')],
    title: 'Your day begins here',
    text: 'Everything that waits for you, what runs out first on top. It changes by itself as agents work: nothing has to be reloaded.',
  },
  {
    to: '/approvals',
    points: [place('/approvals')],
    title: 'You decide',
    text: 'Nothing leaves Reeve without passing the policy. What needs a person waits here: look at exactly what will happen, then approve, decline or change it. Keys: j and k move, a approves, d declines.',
  },
  {
    to: '/work',
    points: [place('/work')],
    title: 'Every issue has a story',
    text: 'From the first event to the merge: how it was understood, the plan, who does which task, the runs, the checks. Each line leads to its evidence.',
  },
  {
    to: '/runs',
    points: [place('/runs')],
    title: 'Watch agents work',
    text: 'Each run with its thoughts, tool calls and changes as they happen, what it costs, and a button that stops it.',
  },
  {
    to: '/queue',
    points: [place('/queue')],
    title: 'One careful way in',
    text: 'Changes are merged, checked together and landed in order. What does not fit is set aside, with three versions side by side for you to choose from.',
  },
  {
    to: '/ledger',
    points: [place('/ledger')],
    title: 'Proof of everything',
    text: 'Every proposal, decision and action, in a chain that cannot be changed unseen. Any entry can be verified, also away from this server. That was all: press ? for the keys, and find this tour again in your menu.',
  },
];

const KEY = 'reeve.tour';

/** Where the tour stands in this browser: a step, or null when it is not under way. */
export function storedStep(storage: Pick<Storage, 'getItem'>): number | null {
  const kept = Number.parseInt(storage.getItem(KEY) ?? '', 10);
  return Number.isInteger(kept) && kept >= 0 && kept < TOUR.length ? kept : null;
}

/** Null: it was left, and is not begun by itself again. */
export function keepStep(storage: Pick<Storage, 'setItem'>, step: number | null): void {
  storage.setItem(KEY, step === null ? 'left' : String(step));
}

/** Whether this browser has seen the tour, or a part of it. */
export const wasSeen = (storage: Pick<Storage, 'getItem'>): boolean => storage.getItem(KEY) !== null;
