import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { GitBranch } from 'lucide-react';
import { usePagedList } from '../../api/paged-list.ts';
import { Empty } from '../../ui/empty.tsx';
import { Field } from '../../ui/field.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Time } from '../../ui/time.tsx';
import { useSettled } from '../../ui/use-settled.ts';
import { Pages } from './pages.tsx';
import { targetList, type TargetItem } from './queries.ts';
import { BranchName } from './target-board.tsx';
import { TargetControls } from './target-controls.tsx';

/** Typing waits so long for the next letter before it is looked for. */
const TYPING_MS = 250;

/** Every branch something was ever submitted to, found by a part of its name. */
export function TargetList() {
  const [text, setText] = useState('');
  const list = usePagedList(targetList(useSettled(text.trim(), TYPING_MS)));
  return (
    <>
      <div className="border-b border-line p-4">
        <Field label="Find a branch" className="max-w-sm">
          <TextInput type="search" placeholder="Part of a branch or repository" value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
      </div>
      <Pages
        list={list}
        noun="the branches"
        label="Branches"
        rowHeight={58}
        row={(item) => <TargetRow item={item} />}
        empty={
          <Empty icon={GitBranch} title={text === '' ? 'No branch yet' : 'No branch of that name'}>
            A branch is listed once something was submitted to it.
          </Empty>
        }
      />
    </>
  );
}

function TargetRow({ item }: { item: TargetItem }) {
  const place = { target: item.target, repo: item.repository_id };
  return (
    <article className="flex min-h-14 flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2">
      <h2 className="min-w-0 flex-1 basis-56 font-medium">
        <BranchName target={item} />
      </h2>
      {item.control !== 'running' && <StateBadge state={item.control} />}
      <span className="flex flex-wrap gap-x-4 text-sm">
        <Tally view="board" place={place} value={item.waiting} word="waiting" />
        <Tally view="aside" place={place} value={item.quarantined} word="set aside" />
        <Tally view="landed" place={place} value={item.landed} word="landed" />
      </span>
      <span className="text-sm whitespace-nowrap text-muted lg:w-28 lg:text-right">
        <Time at={item.active_at} />
      </span>
      <TargetControls target={item} />
    </article>
  );
}

function Tally({
  view,
  place,
  value,
  word,
}: {
  view: 'board' | 'aside' | 'landed';
  place: { target: string; repo: string };
  value: number;
  word: string;
}) {
  if (value === 0) return <span className="tnum inline-flex min-h-6 items-center text-faint">0 {word}</span>;
  return (
    <Link to="/queue" search={{ view, ...place }} className="tnum inline-flex min-h-6 items-center text-accent hover:underline">
      {value} {word}
    </Link>
  );
}
