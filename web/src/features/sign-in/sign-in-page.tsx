import { useEffect, useState, type FormEvent } from 'react';
import { useSearch } from '@tanstack/react-router';
import { ArrowRight, LogIn } from 'lucide-react';
import { ApiProblem, toProblem } from '../../api/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { LinkSignIn } from './link-sign-in.tsx';
import { signInWithToken, useProviders } from './queries.ts';
import { providerTitle, refusalSentence } from './refusals.ts';
import { codeInFragment, isLink, returnPath } from './return-to.ts';

/** Taken once, before anything else: a code must not stay in the address, where the next page's history and screenshots show it. */
function takeFragment(): { came: boolean; code: string | null } {
  const { hash } = location;
  const taken = { came: isLink(hash), code: codeInFragment(hash) };
  if (taken.came) history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  return taken;
}

/** The way in: a link of the command line, an identity provider, or a token. */
export function SignInPage() {
  const search = useSearch({ from: '/sign-in' });
  const [{ came, code }] = useState(takeFragment);
  const [refused, setRefused] = useState<unknown>(null);
  const returnTo = returnPath(search.return_to);
  useEffect(() => {
    document.title = 'Sign in · Reeve';
  }, []);
  const spoiled = came && code === null ? new ApiProblem(401, { detail: 'This link is not whole. Copy all of it.' }) : null;
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center bg-canvas px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-2 text-center">
          <img src="/icon.svg" alt="" width={36} height={36} />
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Reeve</h1>
        </div>
        {search.error !== undefined && refused === null && (
          <ProblemNote error={new ApiProblem(401, { detail: refusalSentence(search.error) })} className="mb-4" />
        )}
        {(refused ?? spoiled) !== null && <ProblemNote error={refused ?? spoiled} className="mb-4" />}
        {code !== null && refused === null ? (
          <LinkSignIn code={code} onRefused={setRefused} />
        ) : (
          <>
            <Providers returnTo={returnTo} />
            <TokenForm returnTo={returnTo} />
            <p className="mt-5 text-center text-sm text-muted">
              On the machine Reeve runs on, <code className="rounded bg-sunken px-1 py-0.5 font-mono text-xs">reeve console</code> prints a link that
              signs you in.
            </p>
          </>
        )}
      </div>
    </main>
  );
}

function Providers({ returnTo }: { returnTo: string }) {
  const { data } = useProviders();
  if (data === undefined || data.items.length === 0) return null;
  return (
    <>
      <ul className="flex flex-col gap-2">
        {data.items.map(({ name, login }) => (
          <li key={name}>
            <Button asChild kind="primary" className="w-full">
              <a href={`${login}?return_to=${encodeURIComponent(returnTo)}`}>
                Continue with {providerTitle(name)}
                <ArrowRight size={15} aria-hidden />
              </a>
            </Button>
          </li>
        ))}
      </ul>
      <p className="my-4 flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </p>
    </>
  );
}

/** What is said about a token that opens nothing. */
function tokenError(error: unknown): string | null {
  if (error === null) return null;
  const { status, message } = toProblem(error);
  return status === 401 ? 'This token is unknown, expired or revoked.' : message;
}

function TokenForm({ returnTo }: { returnTo: string }) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const given = token.trim();
    if (given === '') return setError(new ApiProblem(422, { detail: 'Paste a token first.' }));
    setBusy(true);
    try {
      await signInWithToken(given);
      location.assign(returnTo);
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  }
  return (
    <form
      className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4 shadow-panel"
      onSubmit={(event) => void submit(event)}
      noValidate
    >
      <Field
        label="Token"
        hint="Of a person, made under Settings or with reeve token create; or the admin token of this installation."
        error={tokenError(error)}
      >
        <TextInput
          type="password"
          name="token"
          autoComplete="current-password"
          spellCheck={false}
          value={token}
          onChange={(event) => {
            setToken(event.target.value);
            setError(null);
          }}
        />
      </Field>
      <Button type="submit" kind="primary" busy={busy} icon={<LogIn size={15} aria-hidden />}>
        Sign in
      </Button>
    </form>
  );
}
