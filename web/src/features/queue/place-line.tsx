import { Link } from '@tanstack/react-router';
import { Untrusted } from '../../ui/untrusted.tsx';
import { Author } from './author.tsx';
import { shortRepo } from './target-board.tsx';
import { attemptWord } from './words.ts';

interface Listed {
  repo: string | null;
  target: string;
  task_id: string;
  attempt: number;
  submitted_by: string;
  run: { id: string; agent: string } | null;
  issue: { id: string; number: number | null; title: string } | null;
}

/** Where a change belongs and where it came from: branch, author, issue. */
export function PlaceLine({ entry }: { entry: Listed }) {
  return (
    <p className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-sm text-muted">
      <span className="min-w-0 truncate font-mono text-xs" title={entry.repo ?? undefined}>
        {entry.repo !== null && `${shortRepo(entry.repo)} · `}
        <Untrusted text={entry.target} inline />
      </span>
      <Author entry={entry} />
      {attemptWord(entry) !== null && <span>{attemptWord(entry)}</span>}
      {entry.issue !== null && (
        <Link
          to="/work/$id"
          params={{ id: entry.issue.id }}
          className="inline-block min-h-6 max-w-full truncate leading-6 hover:text-ink hover:underline"
        >
          {entry.issue.number !== null && `#${entry.issue.number} `}
          <Untrusted text={entry.issue.title} inline />
        </Link>
      )}
    </p>
  );
}
