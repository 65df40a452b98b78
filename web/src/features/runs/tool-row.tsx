import { useState, type ReactNode } from 'react';
import {
  ArrowRightLeft,
  Brain,
  Check,
  ChevronDown,
  ChevronRight,
  FilePen,
  FileText,
  FileX,
  Globe,
  Loader,
  Search,
  SquareTerminal,
  Wrench,
  X,
  type LucideIcon,
} from 'lucide-react';
import { duration } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import type { Block, ToolEvent } from './log-model.ts';
import { Printed } from './log-parts.tsx';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  read: FileText,
  edit: FilePen,
  delete: FileX,
  move: ArrowRightLeft,
  search: Search,
  execute: SquareTerminal,
  think: Brain,
  fetch: Globe,
};

type ToolBlock = Extract<Block, { kind: 'tool' }>;

/** A tool call: what, on what, how it ended and how long it took; open with what it printed and changed. */
export function ToolRow({ block, over, children }: { block: ToolBlock; over: boolean; children: readonly ReactNode[] }) {
  const { tool } = block;
  const [open, setOpen] = useState(false);
  const Icon = ICONS[tool.toolKind] ?? Wrench;
  const Arrow = open ? ChevronDown : ChevronRight;
  const hasMore = tool.output !== undefined || tool.command !== null || tool.paths.length > 0 || children.length > 0;
  const face = (
    <>
      <Arrow size={14} className={hasMore ? 'shrink-0 text-faint' : 'invisible shrink-0'} aria-hidden />
      <Icon size={14} className="shrink-0 text-accent" aria-hidden />
      <span className="min-w-0 truncate font-medium">
        <Untrusted inline text={tool.title === '' ? tool.toolKind : tool.title} />
      </span>
      <Ending tool={tool} block={block} over={over} />
    </>
  );
  const row = '-ml-1 flex min-h-6 max-w-full items-center gap-2 rounded px-1 text-left';
  return (
    <div className="min-w-0">
      {hasMore ? (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className={`${row} hover:bg-hover`}>
          {face}
        </button>
      ) : (
        <div className={row}>{face}</div>
      )}
      {open && (
        <div className="mt-1 ml-5 flex min-w-0 flex-col gap-2">
          {tool.command !== null && <Printed text={`$ ${tool.command}`} />}
          {children.length === 0 && tool.paths.length > 0 && (
            <ul className="font-mono text-xs text-muted">
              {tool.paths.map((path) => (
                <li key={path} className="wrap-anywhere">
                  <Untrusted inline text={path} />
                </li>
              ))}
            </ul>
          )}
          {children}
          {tool.output !== undefined && <Printed text={tool.output} />}
        </div>
      )}
    </div>
  );
}

function Ending({ tool, block, over }: { tool: ToolEvent; block: ToolBlock; over: boolean }) {
  const took = block.endedAt === null ? null : Date.parse(block.endedAt) - Date.parse(block.at);
  const time = took !== null && took >= 1000 && <span className="tnum text-xs text-faint">{duration(took)}</span>;
  if (tool.status === 'failed')
    return (
      <span className="flex shrink-0 items-center gap-1 text-xs text-bad">
        <X size={13} aria-hidden /> failed {time}
      </span>
    );
  if (tool.status === 'completed')
    return (
      <span className="flex shrink-0 items-center gap-1 text-xs text-good">
        <Check size={13} aria-hidden />
        <span className="sr-only">done</span> {time}
      </span>
    );
  if (over) return <span className="shrink-0 text-xs text-faint">did not end</span>;
  return (
    <span className="flex shrink-0 items-center gap-1 text-xs text-info">
      <Loader size={13} className="motion-safe:animate-spin" aria-hidden /> under way
    </span>
  );
}
