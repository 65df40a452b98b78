import { memo, useState, type ReactNode } from 'react';
import { Brain, Check, CircleHelp, FlaskConical, Flag, Info, ListChecks, ShieldCheck, ShieldX, Terminal, X } from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { duration, exactTime } from '../../ui/time-words.ts';
import { Untrusted } from '../../ui/untrusted.tsx';
import { addressOf } from './log-address.ts';
import { planProgress, type Block } from './log-model.ts';
import { Edit } from './edit.tsx';
import { Folded, Line } from './log-parts.tsx';
import { PlanList } from './plan-list.tsx';
import { ToolRow } from './tool-row.tsx';

/** One block of a log. `marked`: the address names it. Renewed only when the block itself is another one. */
export const LogRow = memo(function LogRow({ block, over, marked }: { block: Block; over: boolean; marked: boolean }) {
  const address = addressOf(block.line);
  return (
    <div
      id={address}
      aria-current={marked ? 'location' : undefined}
      className={cn('group relative flex gap-2 py-1 pr-11 pl-3 text-sm', marked && 'bg-accent-soft')}
    >
      <time dateTime={block.at} title={exactTime(block.at)} className="hidden w-16 shrink-0 pt-0.5 font-mono text-xs text-faint sm:block">
        {block.at.slice(11, 19)}
      </time>
      <div className="min-w-0 flex-1">{contentOf(block, over)}</div>
      <span className="absolute top-0 right-2 opacity-0 group-hover:opacity-100 focus-within:opacity-100 pointer-coarse:opacity-100">
        <CopyButton text={`${location.origin}${location.pathname}#${address}`} what={`the address of line ${block.line}`} />
      </span>
    </div>
  );
});

function contentOf(block: Block, over: boolean): ReactNode {
  switch (block.kind) {
    case 'message':
      return <Untrusted text={block.text.trim()} />;
    case 'thought':
      return <Thought text={block.text.trim()} />;
    case 'output':
      return <Folded icon={<Terminal size={14} aria-hidden />} title={block.stream === 'stderr' ? 'Error output' : 'Output'} text={block.text} />;
    case 'tool':
      return (
        <ToolRow block={block} over={over}>
          {(block.tool.edits ?? []).map((edit, index) => (
            <Edit key={index} edit={edit} />
          ))}
        </ToolRow>
      );
    case 'plan':
      return <PlanRow block={block} />;
    case 'permission':
      return (
        <Line icon={block.allowed ? <ShieldCheck size={14} aria-hidden /> : <ShieldX size={14} className="text-warn" aria-hidden />}>
          {block.allowed ? 'Allowed: ' : 'Refused: '}
          <Untrusted inline text={block.title} />
          {block.reason !== '' && <span className="text-muted"> ({block.reason})</span>}
        </Line>
      );
    case 'state':
      return <StateLine state={block.state} execution={block.execution} />;
    case 'note':
      return <Note block={block} />;
    case 'setup':
      return <SetupRow block={block} />;
    case 'check':
      return <CheckRow block={block} />;
    case 'question':
      return <QuestionRow block={block} />;
    case 'progress':
      return (
        <Line icon={<Flag size={14} className="text-accent" aria-hidden />}>
          <Untrusted inline text={block.message} />
          {block.fraction !== null && <span className="tnum text-muted"> ({Math.round(block.fraction * 100)} %)</span>}
        </Line>
      );
    case 'outcome':
      return <Outcome block={block} />;
    case 'ended':
      return (
        <Line icon={<Info size={14} aria-hidden />}>
          The agent ended: {block.reason.replaceAll('_', ' ')}
          {block.detail !== '' && (
            <span className="text-muted">
              {' '}
              (<Untrusted inline text={block.detail} />)
            </span>
          )}
        </Line>
      );
  }
}

function Thought({ text }: { text: string }) {
  return (
    <div className="flex gap-2 text-muted italic">
      <Brain size={14} className="mt-0.5 shrink-0 text-faint" aria-hidden />
      <span className="sr-only">Thought: </span>
      <Untrusted text={text} className="min-w-0" />
    </div>
  );
}

function StateLine({ state, execution }: { state: string; execution: number }) {
  const word = state.replaceAll('_', ' ');
  return (
    <div className="flex items-center gap-3 py-1 text-xs font-medium text-muted">
      <span>
        {word.charAt(0).toUpperCase() + word.slice(1)}
        {execution > 1 && ` (execution ${execution})`}
      </span>
      <span className="h-px flex-1 bg-line" aria-hidden />
    </div>
  );
}

function PlanRow({ block }: { block: Extract<Block, { kind: 'plan' }> }) {
  const { done, all } = planProgress(block.entries);
  const [open, setOpen] = useState(done === 0);
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="-ml-1 flex min-h-6 items-center gap-2 rounded px-1 text-muted hover:bg-hover hover:text-ink"
      >
        <ListChecks size={14} className="text-faint" aria-hidden />
        Plan: {done} of {all} done
      </button>
      {open && <PlanList entries={block.entries} className="mt-1 ml-5" />}
    </div>
  );
}

function Note({ block }: { block: Extract<Block, { kind: 'note' }> }) {
  if (block.changes.length === 0)
    return (
      <Line icon={<Info size={14} aria-hidden />}>
        <Untrusted inline text={block.text} />
      </Line>
    );
  return <Folded icon={<Info size={14} aria-hidden />} title={block.text} text={block.changes.join('\n')} />;
}

function SetupRow({ block }: { block: Extract<Block, { kind: 'setup' }> }) {
  const how =
    { started: 'is under way', done: block.cached ? 'was taken from an earlier run' : 'is done', failed: 'failed' }[block.state] ?? block.state;
  const title = `Setup ${how}`;
  const text = [...block.commands.map((command) => `$ ${command}`), ...(block.output === null ? [] : [block.output])].join('\n');
  return (
    <Folded
      icon={block.state === 'failed' ? <X size={14} className="text-bad" aria-hidden /> : <Terminal size={14} aria-hidden />}
      title={title}
      text={text}
      begin={block.state === 'failed'}
      aside={block.durationMs !== null && <span className="tnum shrink-0 text-xs text-faint">{duration(block.durationMs)}</span>}
    />
  );
}

function CheckRow({ block }: { block: Extract<Block, { kind: 'check' }> }) {
  const passed = block.exitCode === 0;
  return (
    <Folded
      icon={passed ? <Check size={14} className="text-good" aria-hidden /> : <X size={14} className="text-bad" aria-hidden />}
      title={
        <>
          <FlaskConical size={13} className="mr-1 inline text-faint" aria-hidden />
          Check {block.name} {passed ? 'passed' : block.exitCode === null ? 'was stopped' : `failed with exit code ${block.exitCode}`}
        </>
      }
      text={`$ ${block.command}\n${block.output}`}
      begin={!passed}
      aside={<span className="tnum shrink-0 text-xs text-faint">{duration(block.durationMs)}</span>}
    />
  );
}

function QuestionRow({ block }: { block: Extract<Block, { kind: 'question' }> }) {
  return (
    <div className={cn('flex gap-2 rounded-md px-2 py-1.5', block.state === 'waiting' ? 'bg-warn-soft' : 'bg-sunken')}>
      <CircleHelp size={15} className={cn('mt-0.5 shrink-0', block.state === 'waiting' ? 'text-warn' : 'text-faint')} aria-hidden />
      <div className="min-w-0">
        <p className="font-medium">{block.state === 'waiting' ? 'The agent asks, and waits' : 'The agent asked'}</p>
        <Untrusted text={block.question} />
        {block.choices.length > 0 && <p className="text-muted">Choices: {block.choices.join(' · ')}</p>}
        {block.answer !== null && (
          <p className="mt-1">
            <span className="text-muted">{block.by?.replace(/^person:/, '') ?? 'Somebody'} answered: </span>
            <Untrusted inline text={block.answer} />
          </p>
        )}
        {block.answer === null && block.state !== 'waiting' && <p className="text-muted">Nobody answered ({block.state}).</p>}
      </div>
    </div>
  );
}

const OUTCOMES: Readonly<Record<string, string>> = {
  change_request: 'It handed in a change request',
  text: 'It answered',
  failed: 'It failed',
  cancelled: 'It was stopped',
};

function Outcome({ block }: { block: Extract<Block, { kind: 'outcome' }> }) {
  const good = block.outcome === 'change_request' || block.outcome === 'text';
  return (
    <div
      className={cn(
        'flex gap-2 rounded-md px-2 py-1.5 font-medium',
        good ? 'bg-good-soft text-good' : block.outcome === 'failed' ? 'bg-bad-soft text-bad' : 'bg-sunken text-muted',
      )}
    >
      {good ? <Check size={15} className="mt-0.5 shrink-0" aria-hidden /> : <X size={15} className="mt-0.5 shrink-0" aria-hidden />}
      <div className="min-w-0">
        {OUTCOMES[block.outcome] ?? block.outcome}
        {block.detail !== null && <Untrusted text={block.detail} className="font-normal" />}
      </div>
    </div>
  );
}
