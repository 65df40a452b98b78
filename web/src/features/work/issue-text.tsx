import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { withAnswer, type Written } from './answer.ts';
import { answerRequest } from './commands.ts';
import type { Issue } from './queries.ts';

/** What was asked for, in its author's own words. Work that was typed here is answered here as well: it has no tracker. */
export function IssueText({ issue }: { issue: Issue }) {
  const { may } = useSession();
  const mayAnswer = issue.source === 'request' && issue.state === 'needs_info' && may('developer');
  return (
    <div className="flex flex-col gap-4">
      <Panel title="As it was asked for">
        {issue.body.trim() === '' ? (
          <Empty title="No text">The title says it all.</Empty>
        ) : (
          <Untrusted text={issue.body} className="leading-relaxed" />
        )}
      </Panel>
      {mayAnswer && <AnswerForm issue={issue} />}
    </div>
  );
}

function AnswerForm({ issue }: { issue: Issue }) {
  const queries = useQueryClient();
  const [answer, setAnswer] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const written = useRef<Written | null>(null);
  async function send(): Promise<void> {
    setBusy(true);
    setProblem(null);
    const next = withAnswer(issue, answer, written.current);
    written.current = next;
    try {
      await answerRequest(issue, next.text);
    } catch (error) {
      setProblem(error);
    }
    // Also after a failure: what was written before it is known then, and another try goes on behind it.
    await queries.invalidateQueries({ queryKey: ['issues'] });
    setBusy(false);
  }
  return (
    <Panel title="Answer">
      <div className="flex flex-col items-start gap-3">
        <Field label="Your answer" hint={issue.state_reason ?? 'It is added to the text, and the work starts anew.'} className="w-full">
          <TextArea rows={4} value={answer} onChange={({ target }) => setAnswer(target.value)} />
        </Field>
        {problem !== null && <ProblemNote error={problem} />}
        <Button kind="primary" busy={busy} disabled={answer.trim() === ''} onClick={() => void send()}>
          Answer and start
        </Button>
      </div>
    </Panel>
  );
}
