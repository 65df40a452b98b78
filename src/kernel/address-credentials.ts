/** An address with a host, taken apart as it is written: nothing is decoded, normalised or checked. */
export interface AddressParts {
  scheme: string;
  user: string;
  /** Null: there is no colon after the user. */
  password: string | null;
  /** With its port; empty where the address names none (`postgres://user:password@/db?host=/run`). */
  host: string;
  /** From the path on. */
  rest: string;
}

/**
 * The parts of an address that names a user, or null. The last `@` before the path ends the password (RFC 3986 wants others written as %40,
 * people do not), the first colon begins it. Whoever opens something with such an address and whoever keeps its password out of texts
 * must read the same, so both read here.
 */
export function addressWithUser(address: string): AddressParts | null {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)@([^/?#@]*)(.*)$/is.exec(address);
  if (parts === null) return null;
  const [, scheme = '', userinfo = '', host = '', rest = ''] = parts;
  const colon = userinfo.indexOf(':');
  if (colon < 0) return { scheme, user: userinfo, password: null, host, rest };
  return { scheme, user: userinfo.slice(0, colon), password: userinfo.slice(colon + 1), host, rest };
}

/** A user or password as it is meant; as it is written where its percent signs are no escapes. */
export function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Beginnings of tokens of GitHub, GitLab, Bitbucket and Atlassian. */
const TOKEN_PREFIX = /^(?:gh[opsur]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|soat)-|ATBB|AT[AC]TT)/;
const TOKEN_LENGTH = 20;

/** Whether the user of an address without a password is a token, and not the name of an account, which is no secret. */
export function looksLikeToken(user: string): boolean {
  return TOKEN_PREFIX.test(user) || (user.length >= TOKEN_LENGTH && /\d/.test(user));
}
