import * as authenticating from './commands.authenticate.ts';
import { ensureLocalToken } from './commands.bootstrap.ts';
import * as commands from './commands.ts';
import { listTokens } from './queries.ts';

export { bootstrapAdminToken } from './commands.bootstrap.ts';
export type { Access, AccessDeps } from './commands.ts';
export { DECIDING_ROLES, type IssuedToken, type Token, type TokenInput, type TokenOwner } from './model.ts';
export { accessRoutes, type AccessRouteDeps } from './routes.ts';

export function createAccess(deps: commands.AccessDeps): commands.Access {
  deps.registerSecret(deps.adminToken);
  return {
    authenticate: (credential) => authenticating.authenticate(deps, credential),
    createToken: (input, by) => commands.createToken(deps, input, by),
    listTokens: (page) => listTokens(deps, page),
    revokeToken: (id, by) => commands.revokeToken(deps, id, by),
    issueRunToken: (tx, run) => commands.issueRunToken(deps, tx, run),
    revokeRunTokens: (tx, runId) => commands.revokeRunTokens(deps, tx, runId),
    ensureLocalToken: (wanted) => ensureLocalToken(deps, wanted),
    openSession: (bearer) => authenticating.openSession(deps, bearer),
    closeSession: (secret) => authenticating.closeSession(deps, secret),
  };
}
