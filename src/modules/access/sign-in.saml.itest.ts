import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSamlProvider } from '#connectors/saml/index.ts';
import { sessionCookieName } from '#platform/http/index.ts';
import { createBrowser } from '../../../test/fakes/oidc/provider.ts';
import { honest, idp, IDP } from '../../../test/fakes/saml/responses.ts';
import { startAccessServer } from '../../../test/kit/access.ts';

type Started = Awaited<ReturnType<typeof startAccessServer>>;
let at: Started;
beforeAll(async () => {
  at = await startAccessServer(async (publicUrl) => ({
    providers: [
      createSamlProvider({
        entryPoint: 'https://idp.example/sso',
        idpIssuer: IDP,
        certificate: idp.publicKey,
        entityId: publicUrl,
        roleAttribute: 'groups',
      }),
    ],
    publicUrl,
    roles: new Map(),
    unknownPeople: 'refuse',
  }));
});
afterAll(async () => at.close());

/** Begins a sign-in in a browser, and answers it as the provider would. */
async function answered(user = 'ann') {
  const browser = createBrowser();
  const sent = new URL((await browser.visit(`${at.url}/v1/auth/login/saml`)).location ?? '');
  const request = inflateRawSync(Buffer.from(sent.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  const key = /\bID="([^"]+)"/.exec(request)?.[1] ?? '';
  const xml = honest({ key, user, audience: at.url, recipient: `${at.url}/v1/auth/callback/saml` });
  const body = new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: '' });
  // The provider's page posts it: another site, so no cookie of ours comes along.
  const post = async () => createBrowser().visit(`${at.url}/v1/auth/callback/saml`, { method: 'POST', body });
  return { browser, post };
}

describe('signing in with SAML, over HTTP', () => {
  test('opens a session in the browser that began, and in no other', async () => {
    const { browser, post } = await answered();
    const finish = (await post()).location ?? '';
    expect(finish).toContain('/v1/auth/finish?code=');
    const done = await browser.visit(finish);
    expect([done.status, done.location]).toEqual([303, `${at.url}/`]);
    const name = sessionCookieName(new URL(at.url).host, null);
    const cookie = `${name}=${browser.cookiesOf(at.url).get(name)}`;
    expect((await at.call('GET', '/v1/whoami', { headers: { cookie } })).body).toMatchObject({ subject: 'person:ann' });
    const other = await answered();
    expect((await createBrowser().visit((await other.post()).location ?? '')).text).toContain('code_unknown');
  });

  test('takes an answer once: replayed, it answers nothing', async () => {
    const { post } = await answered();
    expect((await post()).status).toBe(303);
    const again = await post();
    expect([again.status, again.text.includes('sign_in_unknown')]).toEqual([401, true]);
  });

  test('two of the same answer at the same moment: one counts', async () => {
    const { post } = await answered();
    const statuses = (await Promise.all([post(), post(), post(), post()])).map((answer) => answer.status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([303, 401, 401, 401]);
  });

  test('refuses somebody nobody here knows', async () => {
    const { post } = await answered('zoe');
    expect((await post()).text).toContain('person_unknown');
  });
});
