import * as oidc from 'openid-client';
import { AppError } from '#kernel/errors.ts';
import type { IdentityProvider } from '#ports/identity-provider.ts';
import { toIdentity } from './map.ts';

export interface OidcOptions {
  /** Address of the provider, as its discovery document names itself. */
  issuer: string;
  clientId: string;
  /** Null: a public client. PKCE is used in any case. */
  clientSecret: string | null;
  /** Claim that roles are mapped from. */
  roleClaim: string;
  /** Asks the provider; the configured address is judged like any other from outside. */
  fetch: (target: string | URL, init?: RequestInit) => Promise<Response>;
}

/** Discovery is asked again after this long, so that a provider's new keys and addresses are found. */
const DISCOVERY_MS = 60 * 60_000;

/**
 * People of an OpenID Connect provider: authorization code with PKCE, state and nonce; the ID token's signature, issuer, audience and
 * times are verified by openid-client against the provider's own keys.
 */
export function createOidcProvider(options: OidcOptions): IdentityProvider {
  let known: { at: number; config: Promise<oidc.Configuration> } | null = null;
  /** Asked when first needed: a provider that is down must not keep a server from starting. */
  async function configuration(): Promise<oidc.Configuration> {
    if (known === null || performance.now() - known.at > DISCOVERY_MS) known = { at: performance.now(), config: discover(options) };
    try {
      return await known.config;
    } catch (error) {
      known = null;
      throw unavailable(options.issuer, error);
    }
  }
  return {
    name: 'oidc',
    async begin(redirectUri) {
      const config = await configuration();
      const attempt = { key: oidc.randomState(), nonce: oidc.randomNonce(), codeVerifier: oidc.randomPKCECodeVerifier() };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid email profile',
        code_challenge: await oidc.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
        state: attempt.key,
        nonce: attempt.nonce,
      });
      return { url: url.href, attempt };
    },
    keyOf: ({ query }) => new URLSearchParams(query).get('state'),
    async finish({ query }, { key, nonce, codeVerifier }, redirectUri) {
      const config = await configuration();
      const claims = await exchanged(options.issuer, async () => {
        const answer = new URL(`${redirectUri}?${query}`);
        const checks = { expectedState: key, expectedNonce: nonce ?? '', pkceCodeVerifier: codeVerifier ?? '', idTokenExpected: true };
        const tokens = await oidc.authorizationCodeGrant(config, answer, checks);
        const inToken = tokens.claims();
        // Many providers put address and groups into userinfo alone; it must speak of the same subject.
        const more =
          config.serverMetadata().userinfo_endpoint === undefined || inToken === undefined
            ? {}
            : await oidc.fetchUserInfo(config, tokens.access_token, inToken.sub);
        return { ...more, ...inToken };
      });
      const identity = toIdentity(claims, options.roleClaim);
      if (identity === null) throw refused('The identity provider did not say who it is.');
      return identity;
    },
  };
}

async function discover({ issuer, clientId, clientSecret, fetch }: OidcOptions): Promise<oidc.Configuration> {
  const own: oidc.CustomFetch = (url, init) => fetch(url, init as RequestInit);
  const plain = issuer.startsWith('http://');
  const auth = clientSecret === null ? oidc.None() : oidc.ClientSecretPost(clientSecret);
  // Plain http is for a provider on this machine; the guard of `fetch` lets no other be asked but by the operator's leave.
  return oidc.discovery(new URL(issuer), clientId, {}, auth, { [oidc.customFetch]: own, execute: plain ? [oidc.allowInsecureRequests] : [] });
}

async function exchanged<T>(issuer: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof oidc.AuthorizationResponseError) throw refused(`The identity provider refused the sign-in (${error.error}).`, error);
    if (error instanceof oidc.ResponseBodyError) throw refused(`The identity provider refused the code (${error.error}).`, error);
    if (error instanceof oidc.ClientError) {
      if (error.cause instanceof AppError) throw error.cause;
      throw refused('The answer of the identity provider does not fit this sign-in.', error);
    }
    throw unavailable(issuer, error);
  }
}

const refused = (message: string, cause?: unknown): AppError =>
  new AppError('unauthenticated', message, { code: 'sign_in_refused', hint: 'Begin again.', cause });

function unavailable(issuer: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const inner = (cause as { cause?: unknown } | null)?.cause;
  if (inner instanceof AppError) return inner;
  return new AppError('unavailable', `The identity provider ${issuer} does not answer as it should.`, { code: 'provider_unavailable', cause });
}
