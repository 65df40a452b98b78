import net, { type AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOidcProvider, type FakeProvider } from '../../test/fakes/oidc/provider.ts';
import { expectGoodPage, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

inBrowser('somebody signs in', () => {
  let bench: ConsoleBench;
  let idp: FakeProvider;
  beforeAll(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    idp = await startOidcProvider(`${url}/v1/auth/callback/oidc`);
    bench = await startConsole({
      env: {
        REEVE_PORT: String(port),
        REEVE_PUBLIC_URL: url,
        REEVE_OIDC_ISSUER: idp.issuer,
        REEVE_OIDC_CLIENT_ID: idp.clientId,
        REEVE_OIDC_CLIENT_SECRET: idp.clientSecret,
        REEVE_ALLOW_PRIVATE_HOSTS: new URL(idp.issuer).host,
      },
    });
    await bench.as('mona', 'maintainer');
  }, 180_000);
  afterAll(async () => {
    await bench.end();
    await idp.stop();
  });

  const linkFor = async (page = '/'): Promise<string> =>
    (await (await bench.as('mona', 'maintainer')).post<{ url: string }>('/v1/sessions/links', { return_to: page })).url;
  const signedInAs = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`^${name}, .*menu$`) }).waitFor();
  const alert = (page: Page) => page.getByRole('alert').first().innerText();

  it('by a link, lands on the page it names, and leaves no code behind', async () => {
    const page = await bench.openAnonymous({ at: '/sign-in' });
    const link = await linkFor('/ledger');
    await page.goto('about:blank');
    await page.goto(link);
    await page.waitForURL(`${bench.url}/ledger*`);
    await signedInAs(page, 'mona');
    const code = link.split('#link=')[1] ?? '';
    await page.goBack();
    expect(page.url()).not.toContain(code);
    const [cookie] = await page.context().cookies(bench.url);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  });

  it('by a link that was used, is told so, and may sign in otherwise', async () => {
    const link = await linkFor();
    const first = await bench.openAnonymous({ at: link.replace(bench.url, '') });
    await signedInAs(first, 'mona');
    const second = await bench.openAnonymous({ at: link.replace(bench.url, '') });
    await second.getByLabel('Token').waitFor();
    await expect.poll(() => alert(second)).toContain('used already');
    expect(second.url()).toBe(`${bench.url}/sign-in`);
  });

  it('by a link that is too old, or that was cut off, is told so', async () => {
    const link = await linkFor();
    await bench.sql("update session_links set expires_at = now() - interval '1 second'");
    const old = await bench.openAnonymous({ at: link.replace(bench.url, '') });
    await old.getByLabel('Token').waitFor();
    await expect.poll(() => alert(old)).toContain('too old');
    const cut = await bench.openAnonymous({ at: '/sign-in#link=abc' });
    await expect.poll(() => alert(cut)).toContain('not whole');
  });

  it('by a link in a browser where somebody is signed in, is asked first', async () => {
    const page = await bench.open('dora', 'developer');
    await signedInAs(page, 'dora');
    const link = await linkFor();
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByText('This browser is signed in as dora').waitFor();
    await page.getByRole('button', { name: 'Sign in with the link' }).click();
    await signedInAs(page, 'mona');
  });

  it('by a token, and is brought to where they wanted to go', async () => {
    const page = await bench.openAnonymous({ at: '/queue' });
    await page.waitForURL('**/sign-in?return_to=*');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    expect(await alert(page)).toContain('Paste a token first');
    await page.getByLabel('Token').fill('reeve_tok_01ARZ3NDEKTSV4RRFFQ69G5FAV_no');
    await page.keyboard.press('Enter');
    await page.getByText('This token is unknown, expired or revoked.').waitFor();
    const { token } = await bench.api.post<{ token: string }>('/v1/tokens', { name: 'typed', role: 'maintainer', person: 'mona' });
    await page.getByLabel('Token').fill(`  ${token} `);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${bench.url}/queue*`);
    await signedInAs(page, 'mona');
  });

  it('and out again, and the page behind is closed', async () => {
    const page = await bench.open('mona', 'maintainer');
    await page.getByRole('button', { name: /menu$/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in*');
    await page.goto(`${bench.url}/ledger`);
    await page.waitForURL('**/sign-in?return_to=*');
  });

  it('anew once the session is over in mid use', async () => {
    const page = await bench.open('mona', 'maintainer', { at: '/ledger' });
    await untilLive(page);
    await bench.sql('delete from sessions');
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Merge queue' }).click();
    await page.waitForURL('**/sign-in?return_to=*');
    await page.getByLabel('Token').waitFor();
  });

  it('with the identity provider, and is brought back to the page that asked', async () => {
    idp.account = { sub: 'u-mona', email: 'mona@example.com', email_verified: true, name: 'Mona' };
    const page = await bench.openAnonymous({ at: '/approvals?risk=high' });
    await page.getByRole('link', { name: 'Continue with single sign-on' }).click();
    await page.waitForURL(`${bench.url}/approvals?*`);
    await signedInAs(page, 'mona');
    await untilLive(page);
  });

  it('with the identity provider as somebody nobody knows, is told in words what to do', async () => {
    idp.account = { sub: 'u-nobody', email: 'nobody@example.com', email_verified: true };
    const page = await bench.openAnonymous({ at: '/sign-in' });
    await page.getByRole('link', { name: 'Continue with single sign-on' }).click();
    await page.waitForURL('**/sign-in?error=person_unknown');
    expect(await alert(page)).toContain('An admin can add you');
    await page.getByLabel('Token').waitFor();
  });

  it('on a page that passes axe in both themes, wide and narrow', async () => {
    await expectGoodPage(await bench.openAnonymous({ at: '/sign-in' }));
  });
});
