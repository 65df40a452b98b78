import { expect, test } from 'vitest';
import { createCookies } from './routes.cookies.ts';

const session = { secret: 's'.repeat(43), lifetimeS: 60 };

function cookiesAt(publicUrl: string | null) {
  const closed: string[] = [];
  const cookies = createCookies({ access: { closeSession: async (secret) => void closed.push(secret) }, publicUrl });
  return { cookies, closed };
}

test('two servers of one host do not take each other’s sessions: the name ends with the port, and only its own is ended', async () => {
  const { cookies, closed } = cookiesAt(null);
  const both = { host: '127.0.0.1:4400', cookie: 'reeve_session_4401=theirs; reeve_session_4400=ours; reeve_session=older' };
  expect(await cookies.signedIn(both, session)).toBe(`reeve_session_4400=${session.secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=60`);
  expect(await cookies.signedOut({ ...both, cookie: 'reeve_session_4401=theirs' })).toMatch(/^reeve_session_4400=; .*Max-Age=0$/);
  expect(closed).toEqual(['ours']);
});

test('with TLS no other host of the domain can set it: __Host- asks for Secure, the path / and no domain', async () => {
  const { cookies } = cookiesAt('https://reeve.example');
  const headers = { host: '10.0.0.7:4400' };
  expect(await cookies.signedIn(headers, session, 'Lax')).toBe(
    `__Host-reeve_session=${session.secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age=60; Secure`,
  );
  expect(cookies.beganLogin(headers, { browser: 'b', lifetimeS: 60 })).toBe(
    '__Host-reeve_login=b; HttpOnly; SameSite=Lax; Path=/; Max-Age=60; Secure',
  );
});

test('the browser that began a sign-in is known by the whole of its cookie', () => {
  const { cookies } = cookiesAt(null);
  const browser = 'b'.repeat(43);
  expect(cookies.loginOf({ host: 'x:1', cookie: `reeve_login_1=${browser}` })).toBe(browser);
  expect(cookies.loginOf({ host: 'x:1', cookie: `reeve_login=${browser}; reeve_login_1=short` })).toBeNull();
});
