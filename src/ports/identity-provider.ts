/** What a provider must give back about a sign-in it was asked for. Kept by us until the answer comes, and used once. */
export interface SignInAttempt {
  /** What the answer names: the state (OIDC), or the id of the request (SAML). Not guessable. */
  key: string;
  nonce: string | null;
  codeVerifier: string | null;
}

/** The answer as it came back to us through a browser: anything may stand in it. */
export interface SignInAnswer {
  /** The parameters after `?`, undecoded; empty for a form. */
  query: string;
  /** The fields of a posted form; null for a plain visit. */
  form: Readonly<Record<string, string>> | null;
}

/** Whom a provider vouched for, after everything was verified. */
export interface VouchedIdentity {
  /** Never changes for this person at this provider: `issuer#subject`. */
  subject: string;
  email: string | null;
  /** The provider says that the address is theirs. */
  emailVerified: boolean;
  name: string | null;
  /** Values of the claim that roles are mapped from; empty without one. */
  groups: string[];
}

/** Where people of an organisation sign in (OIDC, SAML). */
export interface IdentityProvider {
  /** `oidc`, `saml`: part of addresses, and the source of identities. */
  readonly name: string;
  /** The address to send a browser to. AppError unavailable. */
  begin(redirectUri: string): Promise<{ url: string; attempt: SignInAttempt }>;
  /** The key an answer names, so that its attempt can be taken; not verified yet. Null: none. */
  keyOf(answer: SignInAnswer): string | null;
  /** Verifies an answer against the one attempt it may belong to. AppError unauthenticated `sign_in_refused`, unavailable. */
  finish(answer: SignInAnswer, attempt: SignInAttempt, redirectUri: string): Promise<VouchedIdentity>;
}
