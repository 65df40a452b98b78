import { useLiveState, type LiveState } from '../api/live.ts';
import { Tooltip } from '../ui/tooltip.tsx';

const WORDS: Readonly<Record<LiveState, readonly [word: string, about: string, dot: string]>> = {
  live: ['Live', 'What is shown changes by itself as things happen.', 'bg-good'],
  connecting: ['Connecting', 'The line to the server is being opened.', 'bg-line-strong'],
  stale: ['Stale', 'The line to the server broke. What is shown may be old; it is tried again and then everything is read anew.', 'bg-warn'],
};

/** Whether the page is up to date; said aloud when it changes. */
export function LiveLine() {
  const [word, about, dot] = WORDS[useLiveState()];
  return (
    <Tooltip text={about}>
      <span role="status" tabIndex={0} className="inline-flex h-6 items-center gap-1.5 rounded px-1 text-xs text-muted">
        <span aria-hidden className={`size-2 rounded-full ${dot}`} />
        {word}
      </span>
    </Tooltip>
  );
}
