import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { signInWithLink, whoIsHere } from './queries.ts';
import { returnPath } from './return-to.ts';

/**
 * Signs in by a link. Where somebody is signed in already they are asked first: a link of a stranger must not silently make this browser
 * somebody else's.
 */
export function LinkSignIn({ code, onRefused }: { code: string; onRefused(error: unknown): void }) {
  const [here, setHere] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const begun = useRef(false);
  const open = useCallback(async (): Promise<void> => {
    setBusy(true);
    try {
      const opened = await signInWithLink(code);
      location.replace(returnPath(opened.return_to));
    } catch (error) {
      onRefused(error);
    }
  }, [code, onRefused]);
  useEffect(() => {
    // A link is good once: what runs twice (React does, while it is developed) would spoil it.
    if (begun.current) return;
    begun.current = true;
    whoIsHere()
      .then((subject) => (subject === null ? open() : setHere(subject)))
      .catch(onRefused);
  }, [open, onRefused]);
  if (here === null)
    return (
      <p role="status" className="text-center text-muted">
        Signing you in…
      </p>
    );
  return (
    <section aria-label="Somebody is signed in" className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-4 shadow-panel">
      <p>
        This browser is signed in as <strong>{here}</strong>. The link you opened signs it in anew, perhaps as somebody else.
      </p>
      <div className="flex flex-col gap-2">
        <Button kind="primary" busy={busy} onClick={() => void open()}>
          Sign in with the link
        </Button>
        <Button asChild>
          <a href="/">Stay {here}</a>
        </Button>
      </div>
    </section>
  );
}
