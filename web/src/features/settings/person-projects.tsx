import { useState } from 'react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { api, read } from '../../api/client.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { MoreRows } from '../../ui/more-rows.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { Select } from '../../ui/text-input.tsx';
import { say } from '../../ui/toasts.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { DialogPart } from './dialog-part.tsx';
import { personProjectsQuery, projectsQuery, rowsOf, type Person } from './queries.ts';
import { useSave } from './use-save.ts';

/** Which projects somebody sees, whatever token or session they use. */
export function PersonProjects({ person }: { person: Person }) {
  const { may } = useSession();
  return (
    <DialogPart title="Projects they see" about="It holds for all their tokens and sessions. Saved at once.">
      {may('admin') ? <Limit person={person} /> : <p className="text-sm text-muted">Admins see and set it.</p>}
    </DialogPart>
  );
}

function Limit({ person }: { person: Person }) {
  const query = useQuery(personProjectsQuery(person.id));
  return (
    <QueryState query={query} noun="the projects they see">
      {({ projects }) => <LimitForm person={person} limit={projects} />}
    </QueryState>
  );
}

/** `limit` null: there is none. */
function LimitForm({ person, limit }: { person: Person; limit: readonly string[] | null }) {
  const queries = useQueryClient();
  const all = useInfiniteQuery(projectsQuery);
  const known = all.data === undefined ? [] : rowsOf(all.data);
  const names = new Map(known.map(({ id, name }) => [id, name]));
  const [chosen, setChosen] = useState('');
  const [lifting, setLifting] = useState(false);
  const write = (projects: readonly string[]) =>
    read(api.PUT('/v1/people/{id}/projects', { params: { path: { id: person.id } }, body: { projects: [...projects] } }));
  const done = `What ${person.name} sees is changed.`;
  const save = useSave({ write, fields: ['projects'], renews: ['people'], done });
  const own = limit ?? [];
  async function add(): Promise<void> {
    if ((await save.run([...own, chosen])) !== null) setChosen('');
  }
  return (
    <>
      {limit === null && <p className="text-sm">They see all projects.</p>}
      {limit !== null && own.length === 0 && <p className="text-sm">They see no project: those they were limited to are gone.</p>}
      {own.length > 0 && <p className="text-sm">They see only:</p>}
      {own.length > 0 && (
        <ul aria-label="Only these projects" className="flex flex-col divide-y divide-line">
          {own.map((id) => (
            <li key={id} className="flex items-center gap-3 py-1">
              <span className="min-w-0 flex-1 wrap-anywhere">
                <Untrusted inline text={names.get(id) ?? id} />
              </span>
              {own.length > 1 && (
                <Button
                  kind="quiet"
                  size="small"
                  disabled={save.busy}
                  icon={<X size={15} aria-hidden />}
                  aria-label={`No longer ${names.get(id) ?? id}`}
                  onClick={() => void save.run(own.filter((one) => one !== id))}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-end gap-2">
        <Field label={limit === null ? 'Limit them to' : 'And also'} error={save.errorAt('projects')} className="min-w-0 flex-1 basis-48">
          <Select value={chosen} onChange={(event) => setChosen(event.target.value)}>
            <option value="">Choose a project</option>
            {known
              .filter(({ id }) => !own.includes(id))
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </Select>
        </Field>
        <Button busy={save.busy} disabled={chosen === ''} onClick={() => void add()}>
          {limit === null ? 'Limit them to it' : 'Add it'}
        </Button>
        {limit !== null && (
          <Button kind="quiet" disabled={save.busy} onClick={() => setLifting(true)}>
            Lift the limit
          </Button>
        )}
      </div>
      <MoreRows query={all} />
      {save.rest !== null && <ProblemNote error={save.rest} />}
      <ConfirmDialog
        open={lifting}
        onOpenChange={setLifting}
        title="Lift the limit?"
        about={`${person.name} sees all projects then, with every token and session they have.`}
        confirm="Lift the limit"
        danger
        onConfirm={async () => {
          await write([]);
          say(done);
          await queries.invalidateQueries({ queryKey: ['people'] });
        }}
      />
    </>
  );
}
