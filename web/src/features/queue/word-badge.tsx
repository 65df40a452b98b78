import type { ReactNode } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import type { Word } from './words.ts';

/** A word with its sentence on hover and focus; the sentence is also there for screen readers. */
export function WordBadge({ word, icon }: { word: Word; icon?: ReactNode }) {
  return (
    <Tooltip text={word.about}>
      <span tabIndex={0} className="inline-flex max-w-full rounded-full" aria-label={`${word.word}. ${word.about}`} role="note">
        <Badge tone={word.tone} icon={icon}>
          {word.word}
        </Badge>
      </span>
    </Tooltip>
  );
}
