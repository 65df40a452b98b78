import { useState } from 'react';
import { PencilLine } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { AccountDialog } from './account-dialog.tsx';
import type { GlassUse } from './queries.ts';
import { nameOf, owedOf } from './words.ts';

/** What is owed for an emergency, or what was written down about it. `brief`: only its beginning. */
export function GlassAccount({ use, brief = false, className }: { use: GlassUse; brief?: boolean; className?: string }) {
  const { me, may } = useSession();
  const [writing, setWriting] = useState(false);
  const owed = owedOf(use);
  const mayWrite = use.state === 'broken' && may('maintainer') && me.subject.startsWith('person:');
  return (
    <>
      {owed !== null && mayWrite && (
        // Above the link that covers a whole row.
        <Button size="small" className="relative z-1 mt-1 self-start" icon={<PencilLine size={14} aria-hidden />} onClick={() => setWriting(true)}>
          Write down what happened
        </Button>
      )}
      {owed !== null && !mayWrite && <p className={className}>{owed}</p>}
      {use.account !== null && (
        <div className={className}>
          {nameOf(use.account_by ?? 'somebody')} wrote down what happened
          {use.account_at !== null && (
            <>
              , <Time at={use.account_at} />
            </>
          )}
          :
          <Untrusted text={use.account} className={cn(brief && 'line-clamp-3')} />
        </div>
      )}
      {/* It stays open when somebody else was first: what was typed is not taken away. */}
      {writing && <AccountDialog use={use} onClose={() => setWriting(false)} />}
    </>
  );
}
