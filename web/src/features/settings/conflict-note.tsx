import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { conflictStep } from './conflict-step.ts';
import type { SeenRevision } from './seen-revision.ts';
import type { Save } from './use-save.ts';

export interface ConflictNoteProps {
  /** What both changed: `the settings`. */
  what: string;
  save: Pick<Save<never, unknown>, 'theirs' | 'clear'>;
  seen: SeenRevision;
  /** Does again what was refused, over this revision. */
  onSave(over: number): void;
  /** Drops what was typed. */
  onDrop(): void;
  className?: string;
}

/** Somebody else saved first: what they wrote is shown before anything is saved over it, and nothing typed is lost. */
export function ConflictNote({ what, save, seen, onSave, onDrop, className }: ConflictNoteProps) {
  const step = conflictStep({ theirs: save.theirs, over: seen.over, shown: seen.shown });
  if (step === 'none') return null;
  return (
    <div role="alert" className={cn('flex flex-col gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn', className)}>
      <p className="wrap-anywhere">
        Somebody else changed {what} while you were typing.{' '}
        {step === 'shown' ? 'The values above are theirs now, with what you typed over them.' : 'Reading what they wrote…'}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          disabled={step === 'reading'}
          onClick={() => {
            // Also where the write fails for another reason: what is on the screen was looked at.
            seen.take(seen.shown);
            onSave(seen.shown);
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
