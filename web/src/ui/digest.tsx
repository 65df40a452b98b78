import { CopyButton } from './copy-button.tsx';

/** A commit, digest or id: its beginning, the whole to copy. */
export function Digest({ value, length = 10, what = 'the whole' }: { value: string; length?: number; what?: string }) {
  return (
    <span className="inline-flex items-center gap-0.5">
      <code className="font-mono text-sm" title={value}>
        {value.slice(0, length)}
      </code>
      <CopyButton text={value} what={what} />
    </span>
  );
}
