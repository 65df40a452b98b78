import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, CircleAlert, Loader } from 'lucide-react';
import { api, read, type Answer } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeEditor, type CodeProblem } from '../../ui/code-editor.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { Digest } from '../../ui/digest.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { useSettled } from '../../ui/use-settled.ts';
import { diffLines } from './line-diff.ts';
import { MayNote } from './may-note.tsx';
import type { PolicyDraft } from './policy-section.tsx';
import { Counts } from './policy-simulation.tsx';
import { policyCheckQuery, type Policy } from './queries.ts';
import { useSave } from './use-save.ts';

type Proposed = Answer<'/v1/policy/activate', 'post'>;

/** What was proposed from here, with the text of it. */
export interface ProposedPolicy {
  text: string;
  answer: Proposed;
}

interface EditorProps {
  policy: Policy;
  draft: PolicyDraft | null;
  text: string;
  /** Waits for people; the same text is not proposed twice. */
  proposed: ProposedPolicy | null;
  onProposed(proposed: ProposedPolicy): void;
  onWrite(text: string): void;
  onDrop(): void;
  /** Goes on writing over what is in force now. */
  onTake(): void;
}

/** The text in force, to be written over; checked while one types, compared, and proposed. */
export function PolicyEditor({ policy, draft, text, proposed, onProposed, onWrite, onDrop, onTake }: EditorProps) {
  const { may } = useSession();
  const settled = useSettled(text, 350);
  const check = useQuery(policyCheckQuery(settled));
  const isChecked = settled === text && check.data !== undefined;
  const found = isChecked ? check.data.problems : null;
  const problems = found ?? [];
  const marks = useMemo(
    (): CodeProblem[] => (found ?? []).map(({ line, path, detail }) => ({ line, message: path === '' ? detail : `${path}: ${detail}` })),
    [found],
  );
  const propose = useSave({
    write: (body: { text: string; source: string }) => read(api.POST('/v1/policy/activate', { body })),
    renews: ['approvals', 'actions'],
  });
  async function send(): Promise<void> {
    const answer = await propose.run({ text, source: 'the console' });
    if (answer !== null) onProposed({ text, answer });
  }
  const mayPropose = may('developer') && policy.configured === null;
  // What it would undo of the new one has to be seen first.
  const isMoved = draft !== null && draft.over !== policy.hash;
  return (
    <div className="flex flex-col gap-4">
      <MayNote needs="developer" does="propose another policy" />
      <InForce policy={policy} />
      <Panel
        title={draft === null ? 'The rules in force' : 'Your draft'}
        flush
        aside={<CheckState checked={isChecked} valid={check.data?.valid === true} problems={problems.length} failed={check.error !== null} />}
      >
        <CodeEditor label="Policy" language="yaml" value={text} onChange={onWrite} problems={marks} className="h-[28rem] rounded-none border-0" />
        <Problems problems={problems} />
        <div className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
          {mayPropose && (
            <Button
              kind="primary"
              busy={propose.busy}
              disabled={draft === null || isMoved || !isChecked || !check.data.valid || proposed?.text === text}
              onClick={() => void send()}
            >
              Propose this policy
            </Button>
          )}
          <Button kind="quiet" disabled={draft === null} onClick={onDrop}>
            Discard the draft
          </Button>
          <Link
            to="/settings/$section"
            params={{ section: 'policy' }}
            search={{ tab: 'simulate' }}
            ignoreBlocker
            className="ml-auto text-sm text-accent underline-offset-2 hover:underline"
          >
            What it would have changed
          </Link>
        </div>
        {propose.problem !== null && <ProblemNote error={propose.problem} className="m-4 mt-0" />}
      </Panel>
      {proposed !== null && draft !== null && proposed.text === text && <ProposedNote proposed={proposed.answer} />}
      {isMoved && <MovedNote onTake={onTake} onDrop={onDrop} />}
      {draft !== null && <Difference before={policy.text} after={text} />}
    </div>
  );
}

function InForce({ policy: { hash, source, engine, shadow, configured } }: { policy: Policy }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
      <span className="inline-flex items-center gap-1">
        In force: {source === 'default' ? 'the policy that is shipped' : source} <Digest value={hash} what="the hash of the policy" />
      </span>
      {engine !== null && <span>{engine.name} is asked beside it</span>}
      {shadow && <Badge tone="warn">shadow: nothing is done</Badge>}
      {configured !== null && (
        <p className="w-full rounded-md bg-sunken px-3 py-2">
          It comes from <code className="font-mono wrap-anywhere">{configured}</code> and is changed there. Here a draft can be checked, explained and
          simulated.
        </p>
      )}
    </div>
  );
}

function CheckState({ checked, valid, problems, failed }: { checked: boolean; valid: boolean; problems: number; failed: boolean }) {
  const [tone, icon, words] = failed
    ? (['warn', <CircleAlert key="i" size={12} aria-hidden />, 'could not be checked'] as const)
    : !checked
      ? (['neutral', <Loader key="i" size={12} aria-hidden />, 'being checked'] as const)
      : valid
        ? (['good', <Check key="i" size={12} aria-hidden />, 'valid'] as const)
        : (['bad', <CircleAlert key="i" size={12} aria-hidden />, problems === 1 ? '1 problem' : `${problems} problems`] as const);
  return (
    <span role="status">
      <Badge tone={tone} icon={icon}>
        {words}
      </Badge>
    </span>
  );
}

function Problems({ problems }: { problems: ReadonlyArray<{ path: string; detail: string; line: number | null }> }) {
  if (problems.length === 0) return null;
  return (
    <ul aria-label="Problems" className="flex flex-col gap-1 border-t border-line bg-bad-soft px-4 py-3 text-sm text-bad">
      {problems.map(({ path, detail, line }, index) => (
        <li key={index} className="wrap-anywhere">
          {line !== null && <span className="tnum font-medium">Line {line}: </span>}
          {path !== '' && <code className="font-mono">{path} </code>}
          {detail}
        </li>
      ))}
    </ul>
  );
}

function ProposedNote({ proposed }: { proposed: Proposed }) {
  return (
    <div role="status" className="flex flex-col gap-2 rounded-md bg-good-soft px-4 py-3 text-sm text-good">
      <p>
        It is proposed and waits for people.{' '}
        <Link to="/approvals/$id" params={{ id: proposed.action_id }} ignoreBlocker className="font-medium underline underline-offset-2">
          Open the approval
        </Link>
      </p>
      <Counts report={proposed.simulated} />
    </div>
  );
}

function MovedNote({ onTake, onDrop }: { onTake(): void; onDrop(): void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2 rounded-md bg-warn-soft px-4 py-3 text-sm text-warn">
      <p className="min-w-0 flex-1 basis-72">Another policy came in force while you were writing. Below is what your draft would change of it.</p>
      <Button size="small" onClick={onTake}>
        Go on over the new one
      </Button>
      <Button size="small" kind="quiet" onClick={onDrop}>
        Discard the draft
      </Button>
    </div>
  );
}

function Difference({ before, after }: { before: string; after: string }) {
  const { hunks, added, deleted } = useMemo(() => diffLines(before, after), [before, after]);
  return (
    <Panel title="What differs from the rules in force" level={2}>
      {hunks === '' ? (
        <p className="text-sm text-muted">Nothing.</p>
      ) : (
        <DiffView files={[{ path: 'policy.yaml', from: null, status: 'M', added, deleted, hunks, cut: false }]} />
      )}
    </Panel>
  );
}
