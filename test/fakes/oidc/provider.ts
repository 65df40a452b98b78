import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** Somebody the provider knows; `email_verified` and `groups` are told as they stand here. */
export interface Account {
  sub: string;
  email?: string;
  email_verified?: unknown;
  name?: string;
  groups?: string[];
}

export interface FakeProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who signs in next. */
  account: Account;
  /** `deny`: the person says no. */
  answer: 'yes' | 'deny';
  stop(): Promise<void>;
}

/** A real OpenID Connect provider (oidc-provider) on 127.0.0.1 whose people always say what the test wants. */
export async function startOidcProvider(redirectUri: string): Promise<FakeProvider> {
  const server = http.createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeProvider = {
    issuer,
    clientId: 'reeve',
    clientSecret: 'a-client-secret-of-the-test',
    account: { sub: 'u1' },
    answer: 'yes',
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  const provider = new Provider(issuer, {
    clients: [
      { client_id: fake.clientId, client_secret: fake.clientSecret, redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_post' },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['a key of the test'] },
    // Given, so that the provider does not warn of its own.
    jwks: { keys: [{ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ ...fake.account, sub }) }),
  });
  const callback = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void callback(request, response);
    void interact(provider, fake, request, response);
  });
  return fake;
}

async function interact(provider: Provider, fake: FakeProvider, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const details = await provider.interactionDetails(request, response);
  if (fake.answer === 'deny') return provider.interactionFinished(request, response, { error: 'access_denied' });
  if (details.prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: fake.account.sub } }, { mergeWithLastSubmission: false });
  const grant = new provider.Grant({ accountId: details.session?.accountId ?? '', clientId: fake.clientId });
  grant.addOIDCScope('openid email profile');
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

/** A browser as far as redirects and cookies go: one jar for each host. */
export function createBrowser() {
  const jars = new Map<string, Map<string, string>>();
  const cookiesFor = (url: URL) => jars.get(url.host) ?? jars.set(url.host, new Map()).get(url.host) ?? new Map<string, string>();
  async function visit(target: string, init: RequestInit = {}): Promise<{ url: string; status: number; text: string; location: string | null }> {
    const url = new URL(target);
    const jar = cookiesFor(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (pair.slice(at + 1) === '') jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const to = response.headers.get('location');
    return { url: url.href, status: response.status, text: await response.text(), location: to === null ? null : new URL(to, url).href };
  }
  return {
    visit,
    cookiesOf: (origin: string) => cookiesFor(new URL(origin)),
    /** Follows redirects until there is none, or one leads to an address that `until` names. */
    async follow(target: string, until: (url: string) => boolean = () => false) {
      let seen = await visit(target);
      for (let hops = 0; seen.location !== null && hops < 20 && !until(seen.location); hops += 1) seen = await visit(seen.location);
      return seen;
    },
  };
}
