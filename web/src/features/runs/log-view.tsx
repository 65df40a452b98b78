import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useLocation } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, CircleDot, Loader, Unplug } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { blockWith, lineOf } from './log-address.ts';
import type { Block } from './log-model.ts';
import { LogRow } from './log-row.tsx';
import type { LogState, RunLog } from './use-run-log.ts';

/** So many pixels from the end still count as its end. */
const AT_END = 48;

/**
 * A log of any length: only what is seen is in the page. It follows the end as lines come, until somebody scrolls up; then it stays where it is
 * and says how much is new.
 */
export function LogView({ log, over }: { log: RunLog; over: boolean }) {
  const { blocks, last } = log.view;
  const wanted = lineOf(useLocation({ select: ({ hash }) => hash }));
  const isMissing = wanted !== null && wanted > last && (log.state === 'live' || log.state === 'ended') && log.problem === null;
  // While lines are still read, the end of what is there is not the end: whoever were led near it would be taken along.
  const isThere = wanted !== null && wanted <= last && log.state !== 'reading';
  return (
    <section aria-label="Execution log" className="relative min-w-0 overflow-hidden rounded-lg border border-line bg-surface shadow-panel">
      <header className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4 text-sm">
        <h2 className="font-semibold">Log</h2>
        <div className="flex items-center gap-3 text-muted">
          <span className="tnum">{last.toLocaleString('en')} lines</span>
          <LogStateWord state={log.state} over={over} />
        </div>
      </header>
      {isMissing && (
        <p role="status" className="border-b border-line px-4 py-2 text-sm text-muted">
          {over ? `This log has no line ${wanted}.` : `Line ${wanted} is not written yet.`}
        </p>
      )}
      {blocks.length === 0 ? (
        <div className={BOX}>
          <Nothing log={log} over={over} />
        </div>
      ) : (
        <Rows blocks={blocks} over={over} wanted={isThere ? wanted : null} waits={wanted !== null} />
      )}
    </section>
  );
}

const BOX = 'h-[max(22rem,calc(100dvh-19rem))] overflow-y-auto overscroll-contain py-2';

interface RowsProps {
  blocks: readonly Block[];
  over: boolean;
  /** Line that the address names, once it is there. */
  wanted: number | null;
  /** The address names a line, perhaps one that is not there yet. */
  waits: boolean;
}

function Rows({ blocks, over, wanted, waits }: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  // Null: the end is followed; else how many blocks there were when somebody scrolled up. An address that names a line is not the end.
  const [left, setLeft] = useState<number | null>(waits ? Number.POSITIVE_INFINITY : null);
  const marked = wanted === null ? -1 : blockWith(blocks, wanted);
  const rows = useVirtualizer({
    count: blocks.length,
    getScrollElement: () => box.current,
    estimateSize: () => 32,
    overscan: 12,
    getItemKey: (index) => blocks[index]?.line ?? index,
  });
  const height = rows.getTotalSize();
  const follows = left === null;

  // Rows are measured after they are shown, so the end moves again: each change of height is followed.
  useLayoutEffect(() => {
    if (follows) toEnd(box.current);
  }, [follows, height, blocks]);

  useLead(marked < 0 ? null : wanted, () => {
    setLeft(blocks.length);
    rows.scrollToIndex(marked, { align: 'center' });
  });

  function onScroll(): void {
    const element = box.current;
    if (element === null) return;
    const away = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (away < AT_END) setLeft(null);
    else setLeft((before) => before ?? blocks.length);
  }

  return (
    <>
      <div ref={box} onScroll={onScroll} tabIndex={0} role="log" aria-label="What the agent says and does" aria-live="off" className={BOX}>
        <div className="relative w-full" style={{ height }}>
          {rows.getVirtualItems().map((place) => {
            const block = blocks[place.index];
            if (block === undefined) return null;
            return (
              <div
                key={place.key}
                ref={rows.measureElement}
                data-index={place.index}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${place.start}px)` }}
              >
                <LogRow block={block} over={over} marked={place.index === marked} />
              </div>
            );
          })}
        </div>
      </div>
      {left !== null && (
        <JumpButton
          fresh={blocks.length - left}
          onJump={() => {
            setLeft(null);
            toEnd(box.current);
          }}
        />
      )}
    </>
  );
}

/** Leads to the line of the address, once for each: lines that come later must not take the reader back to it. */
function useLead(line: number | null, lead: () => void): void {
  const gone = useRef<number | null>(null);
  useEffect(() => {
    if (line === null || gone.current === line) return;
    gone.current = line;
    lead();
  });
}

function toEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}

function JumpButton({ fresh, onJump }: { fresh: number; onJump(): void }) {
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
      <Button kind="primary" size="small" className="pointer-events-auto shadow-raised" icon={<ArrowDown size={14} aria-hidden />} onClick={onJump}>
        {fresh > 0 ? `Jump to newest (${fresh} new)` : 'Jump to newest'}
      </Button>
    </div>
  );
}

function Nothing({ log, over }: { log: RunLog; over: boolean }) {
  if (log.problem !== null)
    return (
      <Empty icon={Unplug} title="Could not read the log">
        {log.problem.message}
      </Empty>
    );
  if (log.state === 'reading' || log.state === 'stale') return <SkeletonRows rows={8} height="h-9" />;
  return over ? (
    <Empty title="It said nothing">The run ended before its agent began.</Empty>
  ) : (
    <Empty title="Nothing yet">The run waits for its turn.</Empty>
  );
}

const WORDS: Readonly<Record<LogState, string>> = { reading: 'Reading', live: 'Following', stale: 'Line broken, trying again', ended: 'Complete' };

function LogStateWord({ state, over }: { state: LogState; over: boolean }) {
  const Icon = { reading: Loader, live: CircleDot, stale: Unplug, ended: null }[state];
  const tone = state === 'stale' ? 'text-warn' : state === 'live' ? 'text-good' : 'text-muted';
  return (
    <span role="status" className={`flex items-center gap-1 ${tone}`}>
      {Icon !== null && <Icon size={13} aria-hidden />}
      {state === 'ended' && !over ? 'Reading' : WORDS[state]}
    </span>
  );
}
