import { useId, useRef, useState, type FormEvent } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleHelp } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextArea } from '../../ui/text-input.tsx';
import { Time } from '../../ui/time.tsx';
import { say } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { answerQuestion, questionsQuery, type Question, type Run } from './queries.ts';
import { answerOf, endOf, questionsToShow, whyNot, type Picked } from './question-words.ts';
import { isOver } from './run-words.ts';

/** What the agent asks, with its answer or the form for one. Nothing where it never asked. */
export function Questions({ run }: { run: Run }) {
  const query = useQuery(questionsQuery(run.id, isOver(run)));
  if (query.data === undefined) {
    if (run.question_id === null) return null;
    return query.error === null ? <Waits /> : <ProblemNote error={query.error} />;
  }
  return questionsToShow(query.data).map((question) => <OneQuestion key={question.id} question={question} />);
}

/** The run says already that its agent asks; what it asks is being read. */
function Waits() {
  return (
    <p role="status" className="flex gap-2 rounded-lg bg-warn-soft px-4 py-3 text-sm font-medium text-warn">
      <CircleHelp size={16} className="mt-0.5 shrink-0" aria-hidden />
      Its agent waits for an answer
    </p>
  );
}

function OneQuestion({ question }: { question: Question }) {
  const text = useRef<HTMLDivElement>(null);
  const waits = question.state === 'waiting';
  return (
    <Panel title={waits ? 'Its agent waits for an answer' : 'Its agent asked'}>
      <div className="flex flex-col gap-3">
        <div ref={text} tabIndex={-1} className="outline-none">
          <Untrusted text={question.question} className="wrap-anywhere" />
        </div>
        {waits ? (
          <>
            <p className="text-sm text-muted">
              Asked <Time at={question.asked_at} />, runs out <Time at={question.expires_at} />
            </p>
            {/* The form goes with the answer, so the keyboard goes on from the question. */}
            <Answering question={question} onAnswered={() => text.current?.focus()} />
          </>
        ) : (
          <Ended question={question} />
        )}
      </div>
    </Panel>
  );
}

function Ended({ question }: { question: Question }) {
  return (
    <div role="status" className="text-sm">
      <p className="text-muted">
        {endOf(question)} <Time at={question.ended_at ?? question.asked_at} />
      </p>
      {question.answer !== null && <Untrusted text={question.answer} className="mt-1 wrap-anywhere" />}
    </div>
  );
}

/** Who may answer gets the form; who may not reads why. */
function Answering({ question, onAnswered }: { question: Question; onAnswered(): void }) {
  const { me, may } = useSession();
  const why = whyNot(me.subject, may('developer'));
  return why === null ? <AnswerForm question={question} onAnswered={onAnswered} /> : <p className="text-sm text-muted">{why}</p>;
}

function AnswerForm({ question, onAnswered }: { question: Question; onAnswered(): void }) {
  const queries = useQueryClient();
  const [picked, setPicked] = useState<Picked>(null);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const answer = answerOf(question.choices, picked, text);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (answer === null || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await answerQuestion(question.id, answer);
      say('The agent has your answer.');
      onAnswered();
      await Promise.all([queries.invalidateQueries({ queryKey: ['questions'] }), queries.invalidateQueries({ queryKey: ['runs'] })]);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void send(event)} className="flex flex-col gap-3">
      {question.choices.length > 0 && <Choices choices={question.choices} picked={picked} onPick={setPicked} />}
      {(question.choices.length === 0 || picked === 'own') && (
        <Field label="Answer">
          <TextArea rows={3} maxLength={8000} value={text} onChange={({ target }) => setText(target.value)} />
        </Field>
      )}
      {problem !== null && <ProblemNote error={problem} />}
      <Button type="submit" kind="primary" className="self-start" busy={busy} disabled={answer === null}>
        Send the answer
      </Button>
    </form>
  );
}

function Choices({ choices, picked, onPick }: { choices: readonly string[]; picked: Picked; onPick(picked: Picked): void }) {
  const name = useId();
  const rows: ReadonlyArray<readonly [picked: number | 'own', text: string]> = [
    ...choices.map((choice, at) => [at, choice] as const),
    ['own', 'In my own words'],
  ];
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">Choices</legend>
      {rows.map(([value, text]) => (
        <label key={value} className="flex min-h-6 min-w-0 cursor-pointer items-start gap-2">
          <input type="radio" name={name} checked={picked === value} onChange={() => onPick(value)} className="mt-1 size-4 shrink-0 accent-accent" />
          <Untrusted inline text={text} className="min-w-0 wrap-anywhere" />
        </label>
      ))}
    </fieldset>
  );
}
