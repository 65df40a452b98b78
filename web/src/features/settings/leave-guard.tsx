import { useBlocker } from '@tanstack/react-router';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Asks before what was typed is lost: by a link, by the way back, by closing the tab. */
export function LeaveGuard({ dirty, what }: { dirty: boolean; what: string }) {
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });
  return (
    <Dialog
      open={status === 'blocked'}
      onOpenChange={(open) => {
        if (!open) reset?.();
      }}
      title="Leave without saving?"
      about={`What you changed of ${what} is not saved.`}
      footer={
        <>
          <Button kind="danger" onClick={() => proceed?.()}>
            Leave
          </Button>
          <Button kind="primary" onClick={() => reset?.()}>
            Stay
          </Button>
        </>
      }
    >
      {null}
    </Dialog>
  );
}
