import { useMemo, useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { LossQuestion } from '../../ui/leave-guard.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { diffLines } from './line-diff.ts';
import { replacedBy } from './policy-words.ts';
import { policyVersionsQuery, rowsOf, type PolicyVersion } from './queries.ts';
import { whoIs } from './who.ts';

const REPLACING = {
  title: 'Replace your draft?',
  about: 'What you wrote is kept nowhere else, and is gone then.',
  leave: 'Replace it',
  stay: 'Keep my draft',
};

interface VersionsProps {
  inForce: string;
  /** What is being written; null: nothing. */
  draft: string | null;
  onTake(text: string): void;
}

/** Every text that was in force: who brought it, by which approval, and what it changed. */
export function PolicyVersions({ inForce, draft, onTake }: VersionsProps) {
  const query = useInfiniteQuery(policyVersionsQuery);
  const [asked, setAsked] = useState<string | null>(null);
  const take = (text: string): void => (draft === null || draft === text ? onTake(text) : setAsked(text));
  return (
    <Panel title="Every policy that was in force" flush>
      <QueryState
        query={query}
        noun="the versions"
        isEmpty={(data) => rowsOf(data).length === 0}
        empty={<p className="px-4 py-6 text-center text-sm text-muted">The first decision keeps the policy it went by; none was made yet.</p>}
      >
        {(data) => (
          <>
            <ol className="divide-y divide-line">
              {rowsOf(data).map((version, index, all) => (
                <VersionRow
                  key={version.version}
                  version={version}
                  before={replacedBy(all, index, query.hasNextPage)}
                  isInForce={version.text === inForce}
                  onTake={take}
                />
              ))}
            </ol>
            <MoreRows query={query} />
          </>
        )}
      </QueryState>
      <LossQuestion
        open={asked !== null}
        words={REPLACING}
        onLeave={() => {
          if (asked !== null) onTake(asked);
          setAsked(null);
        }}
        onStay={() => setAsked(null)}
      />
    </Panel>
  );
}

interface RowProps {
  version: PolicyVersion;
  before: PolicyVersion | null | 'unread';
  isInForce: boolean;
  onTake(text: string): void;
}

function VersionRow({ version, before, isInForce, onTake }: RowProps) {
  const [open, setOpen] = useState(false);
  const diff = useMemo(() => (before === 'unread' ? null : diffLines(before?.text ?? '', version.text)), [before, version.text]);
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <li className="flex flex-col gap-3 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <button type="button" aria-expanded={open} className="inline-flex min-h-6 items-center gap-1 font-medium" onClick={() => setOpen(!open)}>
          <Arrow size={15} className="text-faint" aria-hidden />
          Version {version.version}
        </button>
        {isInForce && <Badge tone="good">in force</Badge>}
        <span className="min-w-0 flex-1 basis-48 text-sm text-muted wrap-anywhere">
          {version.activated_by === 'system' ? 'came with the installation' : <Untrusted inline text={whoIs(version.activated_by)} />}{' '}
          <Time at={version.activated_at} />, from <Untrusted inline text={version.source} />
        </span>
        {diff !== null && (
          <span className="tnum text-sm">
            <span className="text-good">+{diff.added}</span> <span className="text-bad">−{diff.deleted}</span>
            <span className="sr-only"> lines added and deleted</span>
          </span>
        )}
        {version.action_id !== null && (
          <Link to="/approvals/$id" params={{ id: version.action_id }} className="text-sm text-accent underline-offset-2 hover:underline">
            Approval
          </Link>
        )}
        {!isInForce && (
          <Button size="small" onClick={() => onTake(version.text)} aria-label={`Take as a draft: version ${version.version}`}>
            Take as a draft
          </Button>
        )}
      </div>
      {open && diff === null && (
        <p className="text-sm text-muted">What it changed is known once the version before it is shown, too: “Show more” below.</p>
      )}
      {open && diff !== null && (
        <DiffView files={[{ path: `version ${version.version}`, from: null, status: before === null ? 'A' : 'M', ...diff, cut: false }]} />
      )}
    </li>
  );
}
