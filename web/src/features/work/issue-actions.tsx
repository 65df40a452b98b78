import { useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { CircleX, EllipsisVertical, MessageCircleQuestion, Play, RotateCcw, Square, UserRoundPen } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { focusAgain } from '../../ui/focus.ts';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { AssignDialog } from './assign-dialog.tsx';
import { askAuthor, assignIssue, declineIssue, startAgain, startIssue, stopIssue } from './commands.ts';
import { deedsOf, type Deed } from './deeds.ts';
import type { Issue } from './queries.ts';

const ASKED = {
  decision: 'The plan was declined with your question, which is asked on the issue.',
  comment: 'Your question is being written on the issue.',
  record: 'Your question stands with the request.',
} as const;

/** What this person may do with the issue as it is now; what they may not is not shown. */
export function IssueActions({ issue }: { issue: Issue }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Deed | null>(null);
  const done: Done = async (deed, words) => {
    await deed;
    await queries.invalidateQueries({ queryKey: ['issues'] });
    say(words);
  };
  return (
    <>
      <Buttons issue={issue} deeds={deedsOf(issue, may)} onOpen={setOpen} done={done} />
      <Dialogs issue={issue} open={open} onOpenChange={(isOpen) => setOpen(isOpen ? open : null)} done={done} />
      {open === 'assign' && (
        <AssignDialog
          what={`“${issue.title}”`}
          assignee={issue.assignee}
          onOpenChange={(isOpen) => setOpen(isOpen ? open : null)}
          onAssign={(assignee) => done(assignIssue(issue.id, assignee, issue.version), 'It is assigned.')}
        />
      )}
    </>
  );
}

/** Waits for what was asked of the server, reads the issue again and says the words. Rejects with the server's refusal. */
type Done = (deed: Promise<unknown>, words: string) => Promise<void>;

function Buttons({ issue, deeds, onOpen, done }: { issue: Issue; deeds: readonly Deed[]; onOpen(deed: Deed): void; done: Done }) {
  const [busy, setBusy] = useState(false);
  const mayStart = deeds.includes('start');
  const started = useRef(false);
  // The button that was pressed goes once the work has begun.
  useEffect(() => {
    if (!mayStart && started.current) focusAgain(null);
    started.current = false;
  }, [mayStart]);
  async function start(): Promise<void> {
    started.current = true;
    setBusy(true);
    try {
      await done(startIssue(issue.id), 'The work begins.');
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      {deeds.includes('ask') && (
        <Button icon={<MessageCircleQuestion size={15} aria-hidden />} onClick={() => onOpen('ask')}>
          Ask for information
        </Button>
      )}
      {deeds.includes('stop') && (
        <Button kind="danger" icon={<Square size={14} aria-hidden />} onClick={() => onOpen('stop')}>
          Stop
        </Button>
      )}
      {mayStart && (
        <Button kind="primary" busy={busy} icon={<Play size={14} aria-hidden />} onClick={() => void start()}>
          {issue.state === 'failed' ? 'Try again' : 'Start'}
        </Button>
      )}
      {deeds.includes('start_again') && (
        <Button icon={<RotateCcw size={14} aria-hidden />} onClick={() => onOpen('start_again')}>
          Start again
        </Button>
      )}
      <MoreDeeds deeds={deeds} onOpen={onOpen} />
    </>
  );
}

function MoreDeeds({ deeds, onOpen }: { deeds: readonly Deed[]; onOpen(deed: Deed): void }) {
  const items: MenuItem[] = [];
  if (deeds.includes('assign')) items.push({ label: 'Assign', icon: <UserRoundPen size={14} aria-hidden />, onSelect: () => onOpen('assign') });
  if (deeds.includes('decline'))
    items.push({ label: 'Decline', danger: true, icon: <CircleX size={14} aria-hidden />, onSelect: () => onOpen('decline') });
  if (items.length === 0) return null;
  return (
    <Menu items={items}>
      <Button aria-label="More to do with this issue" icon={<EllipsisVertical size={16} aria-hidden />} />
    </Menu>
  );
}

/** Each deed with what it means, and its reason where one is kept. */
function Dialogs({ issue, open, onOpenChange, done }: { issue: Issue; open: Deed | null; onOpenChange(open: boolean): void; done: Done }) {
  return (
    <>
      <ConfirmDialog
        open={open === 'stop'}
        onOpenChange={onOpenChange}
        title="Stop the work"
        about="Its agents end, what waits for a decision is taken back, and its changes leave the merge queue. The issue on its tracker stays as it is."
        confirm="Stop the work"
        danger
        reason="optional"
        onConfirm={(reason) => done(stopIssue(issue.id, reason), 'The work is stopped.')}
      />
      <ConfirmDialog
        open={open === 'start_again'}
        onOpenChange={onOpenChange}
        title="Start again"
        about={`The issue is ${issue.state}. It goes back to the beginning: triage, a new plan, new tasks. What landed stays.`}
        confirm="Start again"
        reason="required"
        onConfirm={(reason) => done(startAgain(issue.id, reason), 'The work begins anew.')}
      />
      <ConfirmDialog
        open={open === 'decline'}
        onOpenChange={onOpenChange}
        title="Decline the issue"
        about="Nobody works on it any more. The issue on its tracker stays as it is."
        confirm="Decline it"
        danger
        reason="required"
        onConfirm={(reason) => done(declineIssue(issue.id, reason), 'The issue is declined.')}
      />
      <ConfirmDialog
        open={open === 'ask'}
        onOpenChange={onOpenChange}
        title="Ask for information"
        about={
          issue.under_way
            ? 'The author is asked, and nothing goes on before the answer: what runs is set aside, and a plan that waits is declined with your question.'
            : 'The author is asked, and nothing begins before the answer.'
        }
        confirm="Ask"
        reason="required"
        reasonLabel="Question"
        onConfirm={async (question) => {
          const asked = await askAuthor(issue.id, question);
          await done(Promise.resolve(), ASKED[asked.how]);
        }}
      />
    </>
  );
}
