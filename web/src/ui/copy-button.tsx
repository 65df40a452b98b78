import { useState, type ClipboardEvent } from 'react';
import { Check, Copy } from 'lucide-react';
import { Button } from './button.tsx';
import { Popover } from './popover.tsx';
import { TextArea } from './text-input.tsx';

export interface CopyButtonProps {
  text: string;
  /** Names it for screen readers: `commit`. */
  what: string;
  /** Told once it is in the clipboard. */
  onCopied?(): void;
}

/** Puts a text into the clipboard; says so. Where the browser keeps pages from it, the text is shown and chosen, for the person to copy. */
export function CopyButton({ text, what, onCopied }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'by-hand' | 'copied'>('idle');
  async function copy(): Promise<void> {
    try {
      // Absent on pages that came over plain HTTP from another machine, whatever the types say.
      await navigator.clipboard.writeText(text);
      done();
    } catch {
      setState('by-hand');
    }
  }
  function done(): void {
    setState('copied');
    onCopied?.();
    setTimeout(() => setState((now) => (now === 'copied' ? 'idle' : now)), 1500);
  }
  return (
    <>
      <Popover
        manual
        label={`Copy ${what}`}
        open={state === 'by-hand'}
        onOpenChange={(open) => !open && setState((now) => (now === 'by-hand' ? 'idle' : now))}
        content={<ByHand text={text} what={what} onCopied={done} />}
      >
        <Button
          kind="quiet"
          size="small"
          aria-label={`Copy ${what}`}
          icon={state === 'copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          onClick={() => void copy()}
        />
      </Popover>
      <span role="status" className="sr-only">
        {state === 'copied' && `Copied ${what}`}
        {state === 'by-hand' && `${COPY_KEYS} copies ${what}`}
      </span>
    </>
  );
}

const COPY_KEYS = /Mac OS X/.test(navigator.userAgent) ? '⌘C' : 'Ctrl+C';

function ByHand({ text, what, onCopied }: Required<CopyButtonProps>) {
  /** All of it is put there here: the field may be gone before the browser takes the text from it. */
  function onCopy(event: ClipboardEvent<HTMLTextAreaElement>): void {
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    if (selectionEnd - selectionStart < value.length) return;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
    onCopied();
  }
  return (
    <div className="flex flex-col gap-1.5 p-1">
      <p className="text-sm">Press {COPY_KEYS} to copy it: the browser does not let this page do so.</p>
      <TextArea
        readOnly
        rows={3}
        aria-label={`${what}, to be copied`}
        className="font-mono text-sm break-all"
        value={text}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onCopy={onCopy}
      />
    </div>
  );
}
