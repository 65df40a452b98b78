import { Button } from '../../ui/button.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';

export interface SaveBarProps {
  dirty: boolean;
  busy: boolean;
  /** What was refused and has no field of its own to stand at. */
  problem: unknown;
  onSave(): void;
  onReset(): void;
  save?: string;
}

/** The end of a form: what is not saved yet, and the way to save it or to drop it. It holds its place also when nothing was changed. */
export function SaveBar({ dirty, busy, problem, onSave, onReset, save = 'Save' }: SaveBarProps) {
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-4">
      {problem !== null && problem !== undefined && <ProblemNote error={problem} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button kind="primary" busy={busy} disabled={!dirty} onClick={onSave}>
          {save}
        </Button>
        <Button kind="quiet" disabled={!dirty || busy} onClick={onReset}>
          Discard
        </Button>
        <span role="status" className="text-sm text-muted">
          {dirty ? 'There are changes that are not saved.' : ''}
        </span>
      </div>
    </div>
  );
}
