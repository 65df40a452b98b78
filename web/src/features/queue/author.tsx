import { Bot, KeyRound, UserRound } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import { Untrusted } from '../../ui/untrusted.tsx';
import { authorWord } from './words.ts';

const ICONS = { agent: Bot, person: UserRound, other: KeyRound } as const;
const NAMES = { agent: 'Agent', person: 'Person', other: 'Token' } as const;

/** Who made a change: an agent by its run, or a person. */
export function Author({ entry }: { entry: { run: { id: string; agent: string } | null; submitted_by: string } }) {
  const { name, kind } = authorWord(entry);
  const Icon = ICONS[kind];
  const shown = (
    <span className="inline-flex min-w-0 items-center gap-1">
      <Icon size={13} className="shrink-0" role="img" aria-label={NAMES[kind]} />
      <span className="truncate">
        <Untrusted text={name} inline />
      </span>
    </span>
  );
  if (entry.run === null) return shown;
  return (
    <Link to="/runs/$id" params={{ id: entry.run.id }} className="inline-flex min-h-6 min-w-0 items-center hover:text-ink hover:underline">
      {shown}
    </Link>
  );
}
