import { useState } from 'react';
import { Download } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { isNarrowedBeyondDays, toQuery, type RecordSearch } from './search.ts';

/** Everything an auditor takes along about the changes of the chosen period, as one archive that verifies by itself. */
export function AuditExport({ search }: { search: RecordSearch }) {
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  const { from, to } = toQuery(search);
  const period = new URLSearchParams({ format: 'tgz', ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  return (
    <>
      <Button icon={<Download size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Export for an audit
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Export for an audit"
        about={
          from === undefined && to === undefined
            ? 'All changes there are records of.'
            : `Changes ${search.from === undefined ? '' : `from ${search.from} `}${search.to === undefined ? '' : `to ${search.to}`} (UTC).`
        }
        footer={
          may('maintainer') ? (
            <Button kind="primary" asChild>
              <a href={`/v1/compliance/export?${period}`} download="reeve-audit.tar.gz" onClick={() => setOpen(false)}>
                Download the archive
              </a>
            </Button>
          ) : undefined
        }
      >
        {may('maintainer') ? (
          <p className="text-sm">
            The archive holds the population as a table, a folder for each change (request, plan, decisions, checks, policy), its proof in the ledger,
            and a program: <code className="font-mono">node verify.mjs</code> checks all of it without this server and without a network.
            {isNarrowedBeyondDays(search) && ' It is the whole population of the period: what else the list is narrowed by does not count here.'}
          </p>
        ) : (
          <p className="text-sm">Exporting takes the role maintainer or above; ask somebody who has it.</p>
        )}
      </Dialog>
    </>
  );
}
