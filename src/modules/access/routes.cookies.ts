import type { IncomingHttpHeaders } from 'node:http';
import { cookieName, cookieOf, isHttps, sessionCookieName } from '#platform/http/index.ts';
import type { Access } from './commands.ts';

const LOGIN_COOKIE = 'reeve_login';

type SameSite = 'Strict' | 'Lax';

/** The cookies of a browser that signs in: each answers the value of a `Set-Cookie` header. */
export interface Cookies {
  /** Of a new session; the one this browser had ends. `Lax`: a browser that comes back from an identity provider must find it on its first page. */
  signedIn(headers: IncomingHttpHeaders, session: { secret: string; lifetimeS: number }, sameSite?: SameSite): Promise<string>;
  /** Of no session; the one this browser had ends. */
  signedOut(headers: IncomingHttpHeaders): Promise<string>;
  /** Binds a sign-in to the browser that began it. */
  beganLogin(headers: IncomingHttpHeaders, login: { browser: string; lifetimeS: number }): string;
  loginOf(headers: IncomingHttpHeaders): string | null;
}

export function createCookies({ access, publicUrl }: { access: Pick<Access, 'closeSession'>; publicUrl: string | null }): Cookies {
  const secure = isHttps(publicUrl) ? '; Secure' : '';
  const sessionName = (headers: IncomingHttpHeaders): string => sessionCookieName(headers.host, publicUrl);
  const loginName = (headers: IncomingHttpHeaders): string => cookieName(LOGIN_COOKIE, headers.host, publicUrl);
  const cookie = (name: string, value: string, maxAgeS: number, sameSite: SameSite): string =>
    `${name}=${value}; HttpOnly; SameSite=${sameSite}; Path=/; Max-Age=${maxAgeS}${secure}`;
  const endFormer = async (headers: IncomingHttpHeaders): Promise<void> => {
    const secret = cookieOf(headers.cookie, sessionName(headers));
    if (secret !== null) await access.closeSession(secret);
  };
  return {
    async signedIn(headers, { secret, lifetimeS }, sameSite = 'Strict') {
      await endFormer(headers);
      return cookie(sessionName(headers), secret, lifetimeS, sameSite);
    },
    async signedOut(headers) {
      await endFormer(headers);
      return cookie(sessionName(headers), '', 0, 'Strict');
    },
    // `Lax`: it must come along when the provider sends the browser back.
    beganLogin: (headers, { browser, lifetimeS }) => cookie(loginName(headers), browser, lifetimeS, 'Lax'),
    loginOf(headers) {
      const browser = cookieOf(headers.cookie, loginName(headers));
      return browser !== null && /^[\w-]{43}$/.test(browser) ? browser : null;
    },
  };
}
