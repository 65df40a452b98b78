import { useState } from 'react';
import { Download } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { sayProblem } from '../../ui/toasts.tsx';

const COMMAND = 'reeve ledger verify --entries ledger.jsonl --checkpoint checkpoint.json';

/** The whole ledger and a signed checkpoint of it as files, and how to verify them without this server. */
export function ExportMenu() {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);

  async function download(): Promise<void> {
    setBusy(true);
    try {
      // The checkpoint first: the entries that follow reach it, whatever is written meanwhile.
      const kept = await read(api.GET('/v1/ledger/checkpoint'));
      saveFile('checkpoint.json', `${JSON.stringify(kept, null, 2)}\n`);
      const link = document.createElement('a');
      link.href = '/v1/ledger/export';
      link.download = 'ledger.jsonl';
      link.click();
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Button icon={<Download size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Export
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Export the ledger"
        about="Two files: every entry as a line of JSON, and a checkpoint, which is the root of the tree over them, signed."
        footer={
          <Button kind="primary" busy={busy} onClick={() => void download()}>
            Download both
          </Button>
        }
      >
        <p className="text-sm">
          On any machine with Reeve installed, without a server and without a network, this says whether anything was changed:
        </p>
        <p className="my-2 flex items-center gap-1 rounded-md bg-sunken px-2 py-1">
          <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere">{COMMAND}</code>
          <CopyButton text={COMMAND} what="the command" />
        </p>
        <p className="text-sm text-muted">
          Keep the checkpoint where nobody who runs this server can change it. A later export has to agree with it.
        </p>
      </Dialog>
    </>
  );
}
