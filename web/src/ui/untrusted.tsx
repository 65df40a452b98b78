import { Fragment } from 'react';
import { splitHidden } from './hidden-characters.ts';
import { cn } from './class-names.ts';

/**
 * Text of others, exactly as it is: line breaks kept, nothing interpreted, and characters nobody sees (direction changes, zero width, control
 * characters, tags) shown as their code point. `inline` keeps it in the line.
 */
export function Untrusted({ text, inline = false, className }: { text: string; inline?: boolean; className?: string }) {
  const parts = splitHidden(text).map((part, index) => (
    <Fragment key={index}>
      {part.kind === 'text' ? (
        part.text
      ) : (
        <mark className="mx-px rounded-sm bg-warn-soft px-0.5 font-mono text-[0.85em] text-warn" title={`Hidden character ${part.name}`}>
          {part.name}
        </mark>
      )}
    </Fragment>
  ));
  if (inline) return <bdi className={className}>{parts}</bdi>;
  return (
    <div dir="auto" className={cn('verbatim', className)}>
      {parts}
    </div>
  );
}
