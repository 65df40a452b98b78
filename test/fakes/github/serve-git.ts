import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveRepository } from '../git-over-http.ts';
import { Refusal } from './answer.ts';
import { actorOf, identify, nameOf } from './auth.ts';
import { ZERO } from './git.ts';
import { holds } from './present.accounts.ts';
import { reaches, roleOf } from './present.repository.ts';
import { protectedBranches, refsMoved, type RefChange } from './refs.ts';
import type { Who } from './route.ts';
import type { Actor, Repository } from './state.ts';
import type { World } from './world.ts';

/** `/{owner}/{repo}.git/…`, or null where the path is not git's. */
export function gitPath(path: string): { fullName: string; rest: string } | null {
  const found = /^\/([^/]+)\/([^/]+?)\.git(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/.exec(path);
  return found === null ? null : { fullName: `${found[1]}/${found[2]}`, rest: found[3] ?? '' };
}

/** Serves a repository by git's own `http-backend`; what a push moved is then told like what the API moves. */
export async function serveGit(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  where: { fullName: string; rest: string },
): Promise<void> {
  const url = new URL(request.url ?? '/', world.origin);
  const isPush = where.rest === '/git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const fault = world.faults.take(request.method ?? 'GET', url.pathname);
  const line = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    body: null,
    status: 200,
    who: 'anonymous',
    fault: fault?.kind ?? null,
  };
  world.journal.requests.push(line);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'lost_request') return void request.socket.destroy();
  if (fault?.kind === 'status') return void response.writeHead((line.status = fault.status)).end();
  if (fault?.kind === 'delay' && !(await world.stillThereAfter(fault.ms))) return;
  const admitted = admit(world, request, where.fullName, isPush);
  line.who = admitted.who;
  if (admitted.kind === 'refused') {
    line.status = admitted.status;
    const headers = admitted.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
    return void response.writeHead(admitted.status, { 'content-type': 'text/plain', ...headers }).end(admitted.message);
  }
  const lose = fault?.kind === 'lost_answer';
  const { repository } = admitted;
  if (where.rest !== '/git-receive-pack') return serveRepository(repository.git.dir, where.rest, request, response, { lose });
  await world.inTurn(repository.fullName, () => receivePush(world, admitted, where.rest, request, response, lose));
}

interface Admitted {
  kind: 'admitted';
  repository: Repository;
  actor: Actor;
  who: string;
  /** May push changes of `.github/workflows`: people may, Apps need a permission of its own. */
  workflows: boolean;
}
type Admission = Admitted | { kind: 'refused'; status: number; message: string; who: string };

function admit(world: World, request: IncomingMessage, fullName: string, isPush: boolean): Admission {
  let who: Who;
  try {
    who = identify(world, request.headers.authorization);
  } catch (error) {
    if (error instanceof Refusal)
      return {
        kind: 'refused',
        status: 401,
        message: 'Invalid username or token. Password authentication is not supported for Git operations.',
        who: 'anonymous',
      };
    throw error;
  }
  const repository = world.find(fullName);
  const name = nameOf(who);
  if (repository === undefined) return { kind: 'refused', status: who.kind === 'anonymous' ? 401 : 404, message: 'Repository not found.', who: name };
  const may = mayGit(repository, who, isPush);
  const workflows = who.kind !== 'installation' || holds(who.permissions, 'workflows:write');
  if (may === 'yes') return { kind: 'admitted', repository, actor: actorOf(who), who: name, workflows };
  if (who.kind === 'anonymous') return { kind: 'refused', status: 401, message: 'Repository not found.', who: name };
  return may === 'unseen'
    ? { kind: 'refused', status: 404, message: 'Repository not found.', who: name }
    : { kind: 'refused', status: 403, message: `Write access to repository not granted.`, who: name };
}

function mayGit(repository: Repository, who: Who, isPush: boolean): 'yes' | 'unseen' | 'no' {
  if (who.kind === 'app') return 'no';
  if (who.kind === 'installation') {
    if (!who.repositories.includes(repository.fullName)) return 'unseen';
    return holds(who.permissions, isPush ? 'contents:write' : 'contents:read') ? 'yes' : 'no';
  }
  const role = who.kind === 'user' ? roleOf(repository, who.login) : repository.data.private ? null : 'read';
  if (role === null) return 'unseen';
  return !isPush || (who.kind === 'user' && reaches(role, 'write')) ? 'yes' : 'no';
}

async function receivePush(
  world: World,
  { repository, actor, workflows }: Admitted,
  rest: string,
  request: IncomingMessage,
  response: ServerResponse,
  lose: boolean,
): Promise<void> {
  await world.rememberPast();
  await repository.git.protect(protectedBranches(repository, actor), workflows);
  const before = await repository.git.refs();
  // The answer waits for what follows from the push, so that whoever pushed sees a world that knows of it.
  await serveRepository(repository.git.dir, rest, request, response, {
    lose,
    beforeAnswer: async () => refsMoved(world, repository, actor, changed(before, await repository.git.refs())),
  });
}

function changed(before: Map<string, string>, after: Map<string, string>): RefChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? ZERO, after: after.get(ref) ?? ZERO }))
    .filter((change) => change.before !== change.after);
}
