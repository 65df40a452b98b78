import { AppError } from '#kernel/errors.ts';
import * as authenticating from './commands.authenticate.ts';
import { ensureLocalToken } from './commands.bootstrap.ts';
import * as jwt from './commands.jwt.ts';
import * as links from './commands.links.ts';
import * as sessions from './commands.sessions.ts';
import { createSignIn } from './commands.sign-in.ts';
import * as commands from './commands.ts';
import { listTokens } from './queries.ts';
import { createMembership } from './queries.reach.ts';
import { projectsOfPeople, projectsOfPerson } from './store.reach.ts';

export { bootstrapAdminToken } from './commands.bootstrap.ts';
export type { Access, AccessDeps } from './commands.ts';
export { parseRoleMap } from './decide.sign-in.ts';
export { PROJECT_KINDS } from './decide.reach.ts';
export { AREAS, DECIDING_ROLES, type IssuedToken, type Session, type Token, type TokenInput, type TokenOwner } from './model.ts';
export { limitRoute, type Reach, type ReachTable } from './routes.reach.ts';
export { accessRoutes, type AccessRouteDeps } from './routes.ts';

export function createAccess(deps: commands.AccessDeps): commands.Access {
  deps.registerSecret(deps.adminToken);
  const signing = deps.jwt === undefined ? null : { ...deps, issuer: deps.jwt.issuer, keyring: jwt.createKeyring(deps, deps.jwt.keyFile) };
  const withKeys = (): jwt.JwtDeps => {
    if (signing === null) throw new AppError('unavailable', 'This process signs no access tokens.', { code: 'signing_off' });
    return signing;
  };
  return {
    async authenticate(credential) {
      const isJwt = credential.kind === 'bearer' && credential.secret.startsWith('eyJ') && credential.secret.includes('.');
      // A bootstrap token may look like anything.
      if (isJwt && signing !== null && credential.secret !== deps.adminToken) return jwt.authenticateJwt(signing, credential.secret);
      return authenticating.authenticate(deps, credential);
    },
    createToken: (input, by) => commands.createToken(deps, input, by),
    listTokens: (page) => listTokens(deps, page),
    revokeToken: (id, by) => commands.revokeToken(deps, id, by),
    issueRunToken: (tx, run) => commands.issueRunToken(deps, tx, run),
    revokeRunTokens: (tx, runId) => commands.revokeRunTokens(deps, tx, runId),
    ensureLocalToken: (wanted) => ensureLocalToken(deps, wanted),
    openSession: (bearer, userAgent) => sessions.openSession(deps, bearer, userAgent ?? null),
    openSessionOf: (person, userAgent) => sessions.openSessionOf(deps, person, userAgent),
    createLink: (bearer, returnTo) => links.createLink(deps, bearer, returnTo),
    openLink: (code, userAgent) => links.openLink(deps, code, userAgent),
    closeSession: (secret) => sessions.closeSession(deps, secret),
    listSessions: (page) => sessions.listSessions(deps, page),
    endSession: (id, by, personId) => sessions.endSession(deps, id, by, personId),
    issueJwt: (bearer, wanted) => jwt.issueJwt(withKeys(), bearer, wanted),
    publicKeys: () => jwt.publicKeys(withKeys()),
    rotateKeys: (by, atOnce) => withKeys().keyring.rotate(by, atOnce),
    projectsOf: (personId) => projectsOfPerson(deps.db, personId),
    projectsOfEach: (personIds) => projectsOfPeople(deps.db, personIds),
    limitPerson: (personId, projects, by) => commands.limitPerson(deps, personId, projects, by),
    forgetSignIns: (personId, left) => sessions.forgetSignIns(deps, personId, left),
    membership: createMembership(deps.db),
    signIn: createSignIn(deps),
  };
}
