import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { say } from '../ui/toasts.tsx';
import { sessionIsBack, signInAddress, stayWithoutSession, useSessionEnd, whoamiQuery } from './session.ts';

/** The session is over while something on the page is not sent: nothing is loaded anew, and whoever signs in in another tab goes on here. */
export function SessionEnded() {
  const end = useSessionEnd();
  const queries = useQueryClient();
  useEffect(() => {
    if (end === 'none') return undefined;
    // Whoever comes back from the other tab.
    const look = (): void => {
      if (document.visibilityState !== 'visible') return;
      const before = queries.getQueryData(whoamiQuery.queryKey)?.subject;
      void queries.fetchQuery({ ...whoamiQuery, staleTime: 0 }).then(
        ({ subject }) => {
          // What is shown and what was typed is not theirs; the browser asks before typed words are left.
          if (before !== undefined && subject !== before) {
            location.reload();
            return;
          }
          sessionIsBack();
          say(`Signed in again as ${subject.replace(/^\w+:/, '')}.`);
          void queries.invalidateQueries();
        },
        () => {},
      );
    };
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [end, queries]);
  if (end === 'none') return null;
  return (
    <>
      {end === 'waits' && (
        <p role="status" className="bg-warn-soft px-4 py-2 text-sm text-warn sm:px-6">
          Your session has ended: nothing can be sent, and what is shown may be old.{' '}
          <a href={signInAddress()} target="_blank" rel="noopener" className="underline">
            Sign in in a new tab
          </a>
        </p>
      )}
      <Dialog
        open={end === 'asks'}
        onOpenChange={(open) => !open && stayWithoutSession()}
        title="Your session has ended"
        about="Nothing has been done since. What you typed is still on this page: sign in again in a new tab, come back here, and do it again."
        footer={
          <>
            <Button asChild>
              <a href={signInAddress()}>Leave this page and sign in</a>
            </Button>
            <Button onClick={stayWithoutSession}>Stay here</Button>
            <Button kind="primary" asChild>
              <a href={signInAddress()} target="_blank" rel="noopener">
                Sign in in a new tab
              </a>
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </>
  );
}
