import { lazy, Suspense } from 'react';
import { cn } from './class-names.ts';
import { Skeleton } from './skeleton.tsx';

export interface CodeProblem {
  /** From 1; null: about the whole text, and shown beside the editor alone. */
  line: number | null;
  message: string;
}

export interface CodeEditorProps {
  id?: string;
  'aria-describedby'?: string;
  value: string;
  /** Left out: the text is only read. */
  onChange?: (value: string) => void;
  /** Names it for screen readers. */
  label: string;
  language: 'yaml' | 'text';
  /** Marked at their lines. */
  problems?: readonly CodeProblem[];
  readOnly?: boolean;
  /** Gives it its height: `h-96`. */
  className?: string;
}

const Editor = lazy(async () => ({ default: (await import('./code-mirror.tsx')).CodeMirrorEditor }));

/** A text with line numbers, colours and marked problems. Its code comes when one is first shown; its place is held until then. */
export function CodeEditor({ className = 'h-96', ...props }: CodeEditorProps) {
  return (
    <div className={cn('overflow-hidden rounded-md border border-line-strong bg-surface', className)}>
      <Suspense
        fallback={
          <div role="status" aria-label="Loading the editor" className="flex flex-col gap-2 p-3">
            <Skeleton className="w-1/3" />
            <Skeleton className="w-1/2" />
            <Skeleton className="w-2/5" />
          </div>
        }
      >
        <Editor {...props} />
      </Suspense>
    </div>
  );
}
