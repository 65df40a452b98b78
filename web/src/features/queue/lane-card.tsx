import { useEffect, useState } from 'react';
import { Link } from '@tanstack/react-router';
import { GitMerge, Loader, PauseCircle, Send, Sparkles } from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { progressOf, type BoardEntry, type Lane } from './board.ts';
import { firstLine } from './sentence.tsx';
import { actorWord, attemptWord, rungWord } from './words.ts';

/** The time of day in milliseconds since 1970, renewed every second while something is counted. */
function useSecond(counting: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!counting) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [counting]);
  return now;
}

/** One lane: what is verified in it as one tree, and about how long it still takes; or that it is free. */
export function LaneCard({ lane, verifyMs, title }: { lane: Lane; verifyMs: number | null; title: string }) {
  const now = useSecond(lane.state === 'verifying');
  if (lane.state === 'free' || lane.since === null)
    return (
      <li className="flex items-center justify-between rounded-md border border-dashed sm:min-h-24 sm:flex-col sm:items-start border-line px-3 py-2.5 text-sm text-faint">
        <h3 className="font-medium">{title}</h3>
        <p>Free</p>
      </li>
    );
  const progress = progressOf(lane.since, verifyMs, now);
  return (
    <li className="flex min-h-24 flex-col gap-2 rounded-md border border-line-strong/40 bg-surface px-3 py-2.5 shadow-panel">
      <div className="flex flex-wrap items-center justify-between gap-x-2 text-sm">
        <h3 className="font-medium text-muted">{title}</h3>
        <span className="inline-flex items-center gap-1 text-info">
          {lane.state === 'merging' ? (
            <GitMerge size={13} aria-hidden />
          ) : (
            <Loader size={13} className="animate-spin [animation-duration:2.5s]" aria-hidden />
          )}
          {lane.state === 'merging' ? 'Merging' : 'Verifying'}
        </span>
      </div>
      <ul className="flex flex-col gap-1">
        {lane.entries.map((entry) => (
          <li key={entry.id}>
            <EntryLine entry={entry} />
          </li>
        ))}
      </ul>
      {lane.state === 'verifying' && (
        <div className="mt-auto flex items-center gap-2">
          {progress.share !== null && <ProgressBar share={progress.share} label={`Verification in ${title}`} tone="info" className="flex-1" />}
          <span className="tnum text-xs whitespace-nowrap text-muted">{progress.words}</span>
        </div>
      )}
    </li>
  );
}

/** What has passed and is on its way to the branch; `held`: it stays where it is until the branch is resumed. */
export function LandingCard({ entries, held }: { entries: readonly BoardEntry[]; held: boolean }) {
  return (
    <li
      className={cn('flex min-h-24 flex-col gap-2 rounded-md border bg-surface px-3 py-2.5 shadow-panel', held ? 'border-warn/40' : 'border-good/40')}
    >
      <div className="flex items-center justify-between gap-2 text-sm">
        <h3 className="font-medium text-muted">Verified</h3>
        <span className={cn('inline-flex items-center gap-1', held ? 'text-warn' : 'text-good')}>
          {held ? <PauseCircle size={13} aria-hidden /> : <Send size={13} aria-hidden />}
          {held ? 'Held back' : 'Landing'}
        </span>
      </div>
      <ul className="flex flex-col gap-1">
        {entries.map((entry) => (
          <li key={entry.id}>
            <EntryLine entry={entry} />
          </li>
        ))}
      </ul>
    </li>
  );
}

/** A change request in a line: what it does, by whom, and how it went in where that is known. */
export function EntryLine({ entry, className }: { entry: BoardEntry; className?: string }) {
  const rung = rungWord(entry.rung);
  return (
    <div className={cn('min-w-0', className)}>
      <Link to="/queue/$id" params={{ id: entry.id }} className="line-clamp-2 font-medium wrap-anywhere hover:text-accent hover:underline">
        <Untrusted text={firstLine(entry.summary)} inline />
      </Link>
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
        <Untrusted text={actorWord(entry.submitted_by)} inline />
        {attemptWord(entry) !== null && <span>{attemptWord(entry)}</span>}
        {entry.risk === 'high' && <span className="text-warn">high risk</span>}
        {rung !== null && (
          <span className="inline-flex items-center gap-1">
            <Sparkles size={11} aria-hidden />
            {rung.word}
          </span>
        )}
      </p>
    </div>
  );
}
