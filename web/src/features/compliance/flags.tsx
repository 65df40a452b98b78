import { Check, CircleAlert, CircleDashed } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { FLAGS, type Flag } from './search.ts';

/** What a reader of a record should look at, as words with icons; one that is clean says so. */
export function FlagBadges({ flags }: { flags: readonly Flag[] }) {
  if (flags.length === 0)
    return (
      <Badge tone="good" icon={<Check size={12} aria-hidden />}>
        Complete
      </Badge>
    );
  return (
    <span className="flex flex-wrap gap-1">
      {flags.map((flag) => {
        const { kind, word } = FLAGS[flag];
        const isGap = kind === 'gap';
        return (
          <Badge
            key={flag}
            tone={isGap ? 'neutral' : 'warn'}
            icon={isGap ? <CircleDashed size={12} aria-hidden /> : <CircleAlert size={12} aria-hidden />}
          >
            {word}
          </Badge>
        );
      })}
    </span>
  );
}
