import type { Role } from '#kernel/actor.ts';
import { sql, type Queryable } from '#platform/db/index.ts';
import type { Vouched } from './decide.ts';

export interface AttemptRow {
  id: string;
  provider: string;
  browserHash: string;
  nonce: string | null;
  codeVerifier: string | null;
  returnTo: string;
  cliPort: number | null;
  cliChallenge: string | null;
  cliState: string | null;
  expiresAt: Date;
}

/** Keeps an attempt, and forgets those whose time is over. */
export async function insertAttempt(on: Queryable, row: AttemptRow, now: Date): Promise<void> {
  await on.run(sql`delete from login_attempts where expires_at <= ${now}`);
  await on.run(sql`
    insert into login_attempts (id, provider, browser_hash, nonce, code_verifier, return_to, cli_port, cli_challenge, cli_state, expires_at)
    values (${row.id}, ${row.provider}, ${row.browserHash}, ${row.nonce}, ${row.codeVerifier}, ${row.returnTo}, ${row.cliPort}, ${row.cliChallenge},
      ${row.cliState}, ${row.expiresAt})`);
}

/** Gives an attempt out once: the second answer to it finds nothing. */
export async function takeAttempt(on: Queryable, id: string, provider: string, now: Date): Promise<AttemptRow | undefined> {
  return on.maybe(sql<AttemptRow>`
    delete from login_attempts where id = ${id} and provider = ${provider} and expires_at > ${now}
    returning id, provider, browser_hash, nonce, code_verifier, return_to, cli_port, cli_challenge, cli_state, expires_at`);
}

export interface CodeRow {
  codeHash: string;
  personId: string;
  role: Role | null;
  provider: string;
  browserHash: string | null;
  challenge: string | null;
  returnTo: string;
  expiresAt: Date;
}

export async function insertCode(on: Queryable, row: CodeRow, now: Date): Promise<void> {
  await on.run(sql`delete from login_codes where expires_at <= ${now}`);
  await on.run(sql`
    insert into login_codes (code_hash, person_id, role, provider, browser_hash, challenge, return_to, expires_at)
    values (${row.codeHash}, ${row.personId}, ${row.role}, ${row.provider}, ${row.browserHash}, ${row.challenge}, ${row.returnTo}, ${row.expiresAt})`);
}

/** Gives a code out once, to the wrong holder too: who guesses at it has spoiled it. */
export async function takeCode(on: Queryable, codeHash: string, now: Date): Promise<CodeRow | undefined> {
  return on.maybe(sql<CodeRow>`
    delete from login_codes where code_hash = ${codeHash} and expires_at > ${now}
    returning code_hash, person_id, role, provider, browser_hash, challenge, return_to, expires_at`);
}

/** What the last sign-in of a person through a provider gave, or null. */
export async function vouchedRole(on: Queryable, personId: string): Promise<Vouched | null> {
  return (await on.maybe(sql<Vouched>`select role, own_role from provider_roles where person_id = ${personId}`)) ?? null;
}

export async function keepVouched(on: Queryable, row: Vouched & { personId: string; provider: string; at: Date }): Promise<void> {
  await on.run(sql`
    insert into provider_roles (person_id, role, own_role, provider, signed_in_at)
    values (${row.personId}, ${row.role}, ${row.ownRole}, ${row.provider}, ${row.at})
    on conflict (person_id) do update
    set role = excluded.role, own_role = excluded.own_role, provider = excluded.provider, signed_in_at = excluded.signed_in_at`);
}

/** What sign-ins before a moment gave, to the least there is; that the person was demoted, if they were, stays known. */
export async function lowerVouched(on: Queryable, personId: string, before: Date): Promise<void> {
  await on.run(sql`update provider_roles set role = 'viewer' where person_id = ${personId} and signed_in_at < ${before}`);
}
