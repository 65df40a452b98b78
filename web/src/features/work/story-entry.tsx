import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import {
  Bot,
  ChevronRight,
  CircleDot,
  ClipboardList,
  FileCheck,
  FlaskConical,
  GitMerge,
  GitPullRequest,
  ListTodo,
  MessageCircleQuestion,
  MessageSquareCode,
  Play,
  Send,
  Split,
  Stamp,
  type LucideIcon,
} from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { Time } from '../../ui/time.tsx';
import { TONE_SOFT } from '../../ui/tone.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Evidence, hasEvidence } from './evidence.tsx';
import { addressOf } from './entry-address.ts';
import type { TimelineEntry } from './queries.ts';
import { ENTRY_TONES } from './words.ts';

const ICONS: Readonly<Record<TimelineEntry['stage'], LucideIcon>> = {
  issue: CircleDot,
  story: Play,
  triage: Split,
  plan: ClipboardList,
  approval: Stamp,
  task: ListTodo,
  run: Bot,
  change_request: GitMerge,
  ci: FlaskConical,
  pull: GitPullRequest,
  review: MessageSquareCode,
  question: MessageCircleQuestion,
  action: Send,
  record: FileCheck,
};

const TONE_WORDS: Readonly<Record<TimelineEntry['tone'], string>> = { good: 'good: ', bad: 'problem: ', waiting: 'waits: ', plain: '' };

interface StoryEntryProps {
  entry: TimelineEntry;
  /** It is the first one of that day. */
  day: string | null;
  isLast: boolean;
  /** The address names it. */
  isMarked: boolean;
  /** Its time was pressed: the address becomes its own. */
  onAddress(id: string): void;
}

/** One fact of the story: what, when (which is its address), by whom; its evidence unfolds below it. */
export function StoryEntry({ entry, day, isLast, isMarked, onAddress }: StoryEntryProps) {
  const [open, setOpen] = useState(false);
  const Icon = ICONS[entry.stage];
  const unfolds = hasEvidence(entry);
  const line = (
    <>
      <span className={cn('min-w-0 flex-1 text-left wrap-anywhere', entry.level === 'detail' && 'text-muted')}>
        <span className="sr-only">{TONE_WORDS[entry.tone]}</span>
        <Untrusted inline text={entry.text} />
      </span>
      {unfolds && <ChevronRight size={14} aria-hidden className={cn('mt-0.5 shrink-0 text-faint transition-transform', open && 'rotate-90')} />}
    </>
  );
  return (
    <li
      id={addressOf(entry.id)}
      tabIndex={-1}
      aria-current={isMarked ? 'location' : undefined}
      className={cn('px-4 outline-none', isMarked && 'bg-accent-soft')}
    >
      {day !== null && <p className="tnum pt-2 pb-1 pl-10 text-xs font-medium text-faint">{day}</p>}
      <div className="relative flex gap-3 py-1.5">
        {!isLast && <span aria-hidden className="absolute top-8 bottom-[-0.375rem] left-3.5 w-px bg-line" />}
        <span className={cn('z-10 grid size-7 shrink-0 place-items-center rounded-full', TONE_SOFT[ENTRY_TONES[entry.tone]])}>
          <Icon size={14} aria-hidden />
        </span>
        <div className="min-w-0 flex-1 pt-0.5">
          <div className="flex flex-col items-start gap-x-3 sm:flex-row">
            {unfolds ? (
              <button
                type="button"
                aria-expanded={open}
                onClick={() => setOpen(!open)}
                className="-mx-1 flex min-h-6 max-w-full min-w-0 flex-1 items-start gap-1.5 rounded px-1 hover:bg-hover max-sm:w-full"
              >
                {line}
              </button>
            ) : (
              <div className="flex min-h-6 min-w-0 flex-1">{line}</div>
            )}
            <AddressLink entry={entry} onAddress={onAddress} />
          </div>
          {open && <Evidence entry={entry} />}
        </div>
      </div>
    </li>
  );
}

/** When it was; the address of the page becomes that of this entry. */
function AddressLink({ entry, onAddress }: Pick<StoryEntryProps, 'entry' | 'onAddress'>) {
  return (
    <span className="tnum shrink-0 text-sm text-muted sm:w-20 sm:text-right">
      <Link
        to="."
        search={true}
        hash={addressOf(entry.id)}
        replace
        resetScroll={false}
        hashScrollIntoView={false}
        onClick={() => onAddress(entry.id)}
        className="inline-flex min-h-6 items-center hover:underline"
      >
        <Time at={entry.at} />
      </Link>
    </span>
  );
}
