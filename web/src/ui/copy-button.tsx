import { useState } from 'react';
import { Check, Copy } from 'lucide-react';
import { Button } from './button.tsx';

/** Puts a text into the clipboard; says so. `what` names it for screen readers: `commit`. `onCopied` is told once it is there. */
export function CopyButton({ text, what, onCopied }: { text: string; what: string; onCopied?(): void }) {
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    onCopied?.();
    setTimeout(() => setCopied(false), 1500);
  }
  return (
    <>
      <Button
        kind="quiet"
        size="small"
        aria-label={`Copy ${what}`}
        icon={copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        onClick={() => void copy().catch(() => {})}
      />
      <span role="status" className="sr-only">
        {copied ? `Copied ${what}` : ''}
      </span>
    </>
  );
}
