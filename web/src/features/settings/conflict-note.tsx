import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import type { SeenRevision } from './seen-revision.ts';
import type { Save } from './use-save.ts';

export interface ConflictNoteProps {
  /** What both changed: `the settings`. */
  what: string;
  save: Pick<Save<never, unknown>, 'isConflict' | 'clear'>;
  seen: SeenRevision;
  /** Drops what was typed. */
  onDrop(): void;
  className?: string;
}

/** Somebody else saved first: what they wrote is shown before anything is saved over it, and nothing typed is lost. */
export function ConflictNote({ what, save, seen, onDrop, className }: ConflictNoteProps) {
  if (!save.isConflict) return null;
  // Until what they wrote has been read, nobody can have looked at it.
  const isShown = seen.isMoved;
  return (
    <div role="alert" className={cn('flex flex-col gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn', className)}>
      <p className="wrap-anywhere">
        Somebody else changed {what} while you were typing.{' '}
        {isShown ? 'The values above are theirs now, with what you typed over them.' : 'Reading what they wrote…'}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          disabled={!isShown}
          onClick={() => {
            seen.take();
            save.clear();
          }}
        >
          I have looked: save on top of theirs
        </Button>
        <Button
          size="small"
          kind="quiet"
          onClick={() => {
            onDrop();
            save.clear();
          }}
        >
          Drop what I typed
        </Button>
      </div>
    </div>
  );
}
