import { useRef } from 'react';
import { Check, CircleHelp, PencilLine, Siren, UserRoundPlus, X } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Key } from '../../ui/key-hint.tsx';
import { useToastsAbove } from '../../ui/toasts.tsx';
import type { DialogName } from './decision-dialogs.tsx';
import type { Details } from './queries.ts';

interface DecisionBarProps {
  details: Details;
  /** Several are chosen: they are decided from the list. */
  together: boolean;
  onOpen(dialog: DialogName): void;
}

/** Yes, no, changed, or a question; who may not decide reads why. It stays at the lower edge while one reads. */
export function DecisionBar({ details: { approval, modify }, together, onOpen }: DecisionBarProps) {
  const { you } = approval;
  const may = you?.may_decide === true;
  const session = useSession();
  const bar = useRef<HTMLDivElement>(null);
  useToastsAbove(bar);
  const mayBreakGlass = session.may('maintainer') && session.me.subject.startsWith('person:');
  return (
    <div
      ref={bar}
      role="group"
      aria-label="Your decision"
      className="sticky bottom-0 z-20 mt-auto flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2.5 shadow-raised max-lg:-mx-1"
    >
      {may ? (
        <>
          {you.voted !== true && (
            <Button kind="primary" disabled={together} icon={<Check size={16} aria-hidden />} onClick={() => onOpen('approve')} aria-keyshortcuts="a">
              Approve <KeyHint of="a" />
            </Button>
          )}
          <Button kind="danger" disabled={together} icon={<X size={16} aria-hidden />} onClick={() => onOpen('decline')} aria-keyshortcuts="d">
            Decline <KeyHint of="d" />
          </Button>
          {modify.possible && (
            <Button disabled={together} icon={<PencilLine size={15} aria-hidden />} onClick={() => onOpen('modify')} aria-keyshortcuts="m">
              Modify <KeyHint of="m" />
            </Button>
          )}
        </>
      ) : (
        <p className="min-w-0 flex-1 basis-48 text-sm text-muted wrap-anywhere">{you?.why_not?.reason ?? 'You may not decide this.'}</p>
      )}
      {session.may('developer') && (
        <Button kind="quiet" icon={<CircleHelp size={16} aria-hidden />} onClick={() => onOpen('ask')} aria-keyshortcuts="q">
          Ask <KeyHint of="q" />
        </Button>
      )}
      {may && (
        <Button kind="quiet" icon={<UserRoundPlus size={16} aria-hidden />} onClick={() => onOpen('reassign')} aria-keyshortcuts="r">
          Reassign <KeyHint of="r" />
        </Button>
      )}
      {mayBreakGlass && (
        <Button kind="quiet" disabled={together} icon={<Siren size={16} aria-hidden />} onClick={() => onOpen('glass')}>
          Break glass
        </Button>
      )}
      {may && !modify.possible && <span className="text-sm text-muted">{modify.why_not}</span>}
    </div>
  );
}

/** For eyes alone: screen readers are told by `aria-keyshortcuts`. */
function KeyHint({ of }: { of: string }) {
  return (
    <span aria-hidden className="hidden opacity-80 sm:inline">
      <Key>{of}</Key>
    </span>
  );
}
