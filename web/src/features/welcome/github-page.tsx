import { useState, type FormEvent } from 'react';
import { Link } from '@tanstack/react-router';
import { Check, CircleAlert } from 'lucide-react';
import { toProblem } from '../../api/problem.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';
import { GithubRepositories } from './github-repositories.tsx';
import { useBegin, useConfirm, useForget, useGithub, type GithubStatus, type WaitingApp } from './github-queries.ts';

/** From nothing to a repository of GitHub that Reeve works in; GitHub's own pages send back to here. */
export function GithubPage() {
  const { may } = useSession();
  return (
    <Page
      title="GitHub"
      trail={
        <>
          <Link to="/welcome" className="underline">
            First steps
          </Link>
          {' · '}
          <Link to="/settings/$section" params={{ section: 'connections' }} className="underline">
            Connections
          </Link>
        </>
      }
      about={<span>As whom Reeve works there, and in which repositories.</span>}
    >
      {may('admin') ? (
        <Connecting />
      ) : (
        <Empty title="An admin connects GitHub">Whoever came back from GitHub is done: an admin of this installation goes on.</Empty>
      )}
    </Page>
  );
}

function Connecting() {
  const query = useGithub();
  return (
    <QueryState query={query} noun="the connection to GitHub">
      {(status) => (
        <div className="flex max-w-3xl flex-col gap-4">
          {status.waiting !== null && <Waiting app={status.waiting} alone={status.source === 'none'} />}
          {status.source === 'none' ? (
            status.waiting === null && <Begin webhooks={status.webhooks.url} />
          ) : (
            <>
              <Identity status={status} />
              {status.problem === null && <GithubRepositories status={status} />}
            </>
          )}
        </div>
      )}
    </QueryState>
  );
}

/** GitHub's names are letters, digits and dashes: nothing else gets into a command that somebody pastes. */
const commandFor = (organization: string): string =>
  `npx reeve connect github${/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(organization) ? ` --organization ${organization}` : ''}`;

function Begin({ webhooks }: { webhooks: string }) {
  const begin = useBegin();
  const [organization, setOrganization] = useState('');
  const wanted = organization.trim();
  function submit(event: FormEvent): void {
    event.preventDefault();
    begin.mutate(wanted === '' ? null : wanted);
  }
  // An App is of no use to a server that GitHub cannot reach; a token is.
  const unreachable = begin.error !== null && toProblem(begin.error).code === 'public_url_needed';
  return (
    <>
      <Panel title="Not connected yet">
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Field
            label="Organization that is to own the GitHub App"
            hint="Only an App of that organization is used. Left empty it is made for the account you are signed in with at GitHub, and you confirm afterwards whose it is."
          >
            <TextInput
              name="organization"
              placeholder="acme"
              spellCheck={false}
              value={organization}
              onChange={(event) => setOrganization(event.target.value)}
            />
          </Field>
          {begin.error !== null && <ProblemNote error={begin.error} />}
          <div>
            <Button type="submit" kind="primary" busy={begin.isPending || begin.isSuccess}>
              Make the GitHub App
            </Button>
          </div>
          <p className="text-sm text-muted">
            The next page has one button. GitHub shows what the App may before it makes it, and sends you back here. Nothing is installed before you
            choose the repositories.
          </p>
          <Command text={commandFor(wanted)}>The same from a terminal; this page notices when it is done:</Command>
        </form>
      </Panel>
      <ByToken key={String(unreachable)} webhooks={webhooks} open={unreachable} />
    </>
  );
}

function Command({ text, children }: { text: string; children: string }) {
  return (
    <div className="text-sm">
      <p className="text-muted">{children}</p>
      <p className="mt-1 flex items-center gap-1">
        <code className="min-w-0 rounded-md bg-sunken px-2 py-1 font-mono text-xs wrap-anywhere">{text}</code>
        <CopyButton text={text} what="command" />
      </p>
    </div>
  );
}

/** For servers that GitHub cannot reach, and for who wants no App. */
function ByToken({ webhooks, open }: { webhooks: string; open: boolean }) {
  return (
    <details open={open} className="rounded-lg border border-line bg-surface px-4 py-3 text-sm">
      <summary className="min-h-6 cursor-pointer font-medium">With a token instead</summary>
      <div className="mt-3 flex flex-col gap-3">
        <p>
          For a fine-grained token of an account of Reeve’s own. It may write contents, pull requests, issues and commit statuses, and read actions,
          deployments and metadata. A token is not typed into a browser: start Reeve with these variables, then come back here.
        </p>
        <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
          <dt className="font-mono text-xs leading-5">REEVE_GITHUB_TOKEN</dt>
          <dd>The token.</dd>
          <dt className="font-mono text-xs leading-5">REEVE_GITHUB_WEBHOOK_SECRET</dt>
          <dd className="wrap-anywhere">
            What GitHub signs its webhooks to {webhooks} with. Without one, what happens there is only read now and then: that works on a machine that
            GitHub cannot reach.
          </dd>
          <dt className="font-mono text-xs leading-5">REEVE_PUBLIC_URL</dt>
          <dd>The address under which GitHub reaches this server. An App needs it, a token does not.</dd>
        </dl>
        <Command text="npx reeve connect github --token token.txt --repository acme/shop">
          Whether a token in a file may what it has to, and no more:
        </Command>
      </div>
    </details>
  );
}

/** Whoever saw the link can come back with an App of their own: a person says whose it is. `alone`: there is no other in use. */
function Waiting({ app, alone }: { app: WaitingApp; alone: boolean }) {
  const confirm = useConfirm();
  const forget = useForget();
  return (
    <section aria-label="An App waits for you" className="rounded-lg border border-warn bg-warn-soft p-4 text-warn">
      <h2 className="flex items-center gap-2 font-semibold">
        <CircleAlert size={16} aria-hidden />
        An App waits for you, and is not used yet
      </h2>
      <p className="mt-1 text-ink">
        It is called <Untrusted inline text={app.name} className="font-medium" /> and belongs to the GitHub account{' '}
        <Untrusted inline text={app.owner} className="font-medium" />. Anybody who saw the link could have come back with an App of their own: use it
        only if that account is yours.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button kind="primary" busy={confirm.isPending} onClick={() => confirm.mutate(app)}>
          The account is mine: use it
        </Button>
        {alone && (
          <Button busy={forget.isPending} onClick={() => forget.mutate()}>
            Not mine: forget it
          </Button>
        )}
      </div>
      {confirm.error !== null && <ProblemNote error={confirm.error} className="mt-3" />}
      {forget.error !== null && <ProblemNote error={forget.error} className="mt-3" />}
    </section>
  );
}

const SOURCES: Readonly<Record<GithubStatus['source'], string>> = {
  none: 'nothing',
  app_settings: 'a GitHub App, from the settings of the server',
  app_kept: 'a GitHub App that was made here',
  token_settings: 'a token, from the settings of the server',
};

function Identity({ status: { source, login, app, problem, webhooks } }: { status: GithubStatus }) {
  return (
    <Panel title={problem === null ? 'Connected' : 'Connected, and it does not work'}>
      <div role="status" className="flex flex-col gap-2">
        {problem === null ? (
          <p className="flex items-center gap-2 text-good">
            <Check size={16} aria-hidden className="shrink-0" />
            <span>
              Reeve works as <Untrusted inline text={login ?? app?.name ?? 'somebody'} />: {SOURCES[source]}
              {app !== null && (
                <>
                  , owned by <Untrusted inline text={app.owner} />
                </>
              )}
              .
            </span>
          </p>
        ) : (
          <Untrusted text={problem} className="text-bad" />
        )}
        {!webhooks.accepted && (
          <p className="text-sm text-muted wrap-anywhere">
            No secret for webhooks is known, so none is taken: what happens at GitHub is read now and then. Set REEVE_GITHUB_WEBHOOK_SECRET, and have
            GitHub send to {webhooks.url}.
          </p>
        )}
      </div>
    </Panel>
  );
}
