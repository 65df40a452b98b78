import { useState } from 'react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { WaysOut, type LossWords } from '../../ui/leave-guard.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea } from '../../ui/text-input.tsx';
import { Time } from '../../ui/time.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useNote, type Details } from './queries.ts';
import { nameOf } from './words.ts';

const WORDS = { question: 'asks', answer: 'answers', reassigned: 'passed it to', reminded: 'reminds', escalated: 'passed it on to' } as const;

const DROP: LossWords = {
  title: 'Drop your answer?',
  about: 'It was not sent, and is gone when you leave.',
  leave: 'Drop it',
  stay: 'Go on writing',
};

/** What was asked and answered about it, and a place to answer. */
export function NotesPanel({ details: { approval } }: { details: Details }) {
  if (approval.notes.length === 0) return null;
  const asked = approval.notes.some(({ kind }) => kind === 'question');
  return (
    <Panel title="Questions and answers">
      <ol className="flex flex-col gap-2 text-sm">
        {approval.notes.map((note, nr) => (
          <li key={nr}>
            <p className="text-muted">
              <span className="font-medium text-ink">{note.by === 'system' ? 'Reeve' : nameOf(note.by)}</span> {WORDS[note.kind]}{' '}
              <Time at={note.at} />
            </p>
            <Untrusted text={note.text} />
          </li>
        ))}
      </ol>
      {approval.status === 'pending' && asked && <Answer id={approval.id} />}
    </Panel>
  );
}

function Answer({ id }: { id: string }) {
  const note = useNote(id);
  const { may } = useSession();
  const [text, setText] = useState('');
  if (!may('developer')) return null;
  async function send(): Promise<void> {
    await note.mutateAsync({ kind: 'answer', text: text.trim() });
    setText('');
  }
  return (
    <form
      className="mt-3 flex flex-col items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void send().catch(() => {});
      }}
    >
      <Field label="Your answer" className="w-full">
        <TextArea rows={2} maxLength={2000} value={text} onChange={({ target }) => setText(target.value)} />
      </Field>
      {note.error !== null && <ProblemNote error={note.error} />}
      <WaysOut dirty={text.trim() !== '' && !note.isPending} words={DROP} />
      <Button type="submit" size="small" busy={note.isPending} disabled={text.trim() === ''}>
        Answer
      </Button>
    </form>
  );
}
