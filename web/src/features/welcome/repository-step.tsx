import { useState, type FormEvent } from 'react';
import { Link } from '@tanstack/react-router';
import { FolderGit2, Search } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Checkbox, Select, TextInput } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { useInspect, useRepositories, useTakeRepository, type LocalRepository } from './queries.ts';

/** A folder of this machine, or GitHub. */
export function RepositoryStep({ github, onDone }: { github: boolean; onDone(): void }) {
  const [path, setPath] = useState('');
  const inspect = useInspect();
  const known = useRepositories();
  function look(event: FormEvent): void {
    event.preventDefault();
    if (path.trim() !== '') inspect.mutate(path.trim());
  }
  return (
    <>
      {known.data !== undefined && known.data.items.length > 0 && (
        <ul aria-label="Repositories Reeve knows" className="flex flex-col gap-1 text-sm">
          {known.data.items.map((repository) => (
            <li key={repository.id} className="flex min-w-0 items-center gap-2">
              <FolderGit2 size={14} aria-hidden className="shrink-0 text-muted" />
              <Untrusted inline text={repository.name} className="truncate" />
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={look} className="flex flex-col gap-2">
        <Field label="A folder on this machine" hint="The whole path of a git repository, on the machine Reeve runs on.">
          <TextInput
            name="path"
            placeholder="/home/me/project"
            spellCheck={false}
            value={path}
            onChange={(event) => setPath(event.target.value)}
            className="font-mono"
          />
        </Field>
        <div className="flex flex-wrap gap-2">
          <Button
            type="submit"
            kind={inspect.data === undefined ? 'primary' : 'plain'}
            busy={inspect.isPending}
            disabled={path.trim() === ''}
            icon={<Search size={15} aria-hidden />}
          >
            Look into it
          </Button>
          <Button asChild>
            <Link to="/welcome/github">{github ? 'GitHub is connected: choose repositories' : 'Connect GitHub instead'}</Link>
          </Button>
        </div>
      </form>
      {inspect.error !== null && <ProblemNote error={inspect.error} />}
      {inspect.data !== undefined && <Take key={inspect.data.path} found={inspect.data} onDone={onDone} />}
    </>
  );
}

function Take({ found, onDone }: { found: LocalRepository; onDone(): void }) {
  const { suggested } = found;
  const [check, setCheck] = useState(suggested.checks[0]?.command ?? '');
  const [setup, setSetup] = useState(suggested.setup[0] ?? '');
  const [branch, setBranch] = useState(found.default_branch);
  const [registry, setRegistry] = useState(suggested.network === 'registry');
  const take = useTakeRepository();
  function submit(event: FormEvent): void {
    event.preventDefault();
    const commands = setup.trim() === '' ? [] : [setup.trim()];
    take.mutate({ found, branch, setup: commands, check: check.trim(), network: registry ? 'registry' : 'none' }, { onSuccess: onDone });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 rounded-md border border-line bg-canvas p-4">
      <Facts
        rows={[
          ['Repository', found.path],
          ['Checked out', found.checked_out ?? 'nothing'],
        ]}
      />
      {found.repository_id === null && found.branches.length > 1 && (
        <Field label="Main branch" hint="Agents start from it, and work that lands there is asked for first.">
          <Select name="branch" value={branch} onChange={(event) => setBranch(event.target.value)}>
            {[...new Set([found.default_branch, ...found.branches])].map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field
        label="Check"
        hint={`A command that must pass before anything lands; none: nothing is checked. ${suggested.because ?? 'The files of the repository do not say how it is tested.'}`}
      >
        <TextInput
          name="check"
          placeholder="npm test"
          spellCheck={false}
          value={check}
          onChange={(event) => setCheck(event.target.value)}
          className="font-mono"
        />
      </Field>
      <Field label="Setup" hint="Run before agents and checks, once for each set of lockfiles. Often empty.">
        <TextInput
          name="setup"
          placeholder="npm ci"
          spellCheck={false}
          value={setup}
          onChange={(event) => setSetup(event.target.value)}
          className="font-mono"
        />
      </Field>
      <Checkbox
        label="Setup and check may reach the network, to fetch packages"
        checked={registry}
        onChange={(event) => setRegistry(event.target.checked)}
      />
      {take.error !== null && <ProblemNote error={take.error} />}
      <div>
        <Button type="submit" kind="primary" busy={take.isPending}>
          {found.repository_id === null ? 'Take this repository' : 'Use these settings'}
        </Button>
      </div>
    </form>
  );
}
