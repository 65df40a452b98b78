import { z } from 'zod';
import { isAppError } from '#kernel/errors.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Connections, ShownApp } from './model.ts';

const State = z.string().max(200).default('');

/** Pages for the browser of whoever connects GitHub: the button, and what came of it. They run no script. */
export function connectionPages(deps: { connections: Connections }): RouteDefinition[] {
  return [buttonPage(deps), callbackPage(deps), installedPage()];
}

const tag = 'connections';
const response = { status: 200, schema: null } as const;

function buttonPage({ connections }: { connections: Connections }): RouteDefinition {
  return route({
    method: 'GET',
    path: '/connect/github',
    summary: 'The page whose one button makes the GitHub App',
    tag,
    access: 'public',
    query: z.object({ state: State }),
    response,
    async handle({ query }) {
      const attempt = await connections.attempt(query.state);
      if (attempt === null) return page(410, 'This link is over', [OVER]);
      const { postTo, manifest, organization } = attempt;
      const button = `<form method="post" action="${escape(postTo)}"><input type="hidden" name="manifest" value="${escape(JSON.stringify(manifest))}"><button type="submit">Create the GitHub App</button></form>`;
      const asked = Object.entries((manifest['default_permissions'] ?? {}) as Record<string, string>).map(([name, level]) => `${name}: ${level}`);
      const sentences = [
        'GitHub shows what the App may before it makes it, and sends you back here.',
        `It asks for ${asked.join(', ')}; not for administration, workflows or secrets.`,
        organization === null
          ? 'It will belong to the account with which you are signed in at GitHub. Reeve uses it when an admin has confirmed whose it is.'
          : `It has to belong to ${organization}: Reeve uses no other.`,
      ];
      return page(200, 'Connect Reeve to GitHub', sentences, { body: button, posts: new URL(postTo).origin, link: 'Back to the console' });
    },
  });
}

function callbackPage({ connections }: { connections: Connections }): RouteDefinition {
  return route({
    method: 'GET',
    path: '/connect/github/callback',
    summary: 'Where GitHub sends the browser back to with the code of the App it made',
    tag,
    access: 'public',
    query: z.object({ state: State, code: z.string().max(200).default('') }),
    response,
    async handle({ query, log }) {
      try {
        const { app, installUrl, waits } = await connections.finish(query.state, query.code);
        log.info({ app_id: app.id, slug: app.slug, owner: app.owner, waits }, 'a GitHub App was made and is kept');
        if (waits) return page(200, `The GitHub App ${app.name} waits for an admin`, waitingWords(app), { link: 'Confirm it in the console' });
        const body = `<p><a href="${escape(installUrl)}">Install it</a> where Reeve is to work, and choose the repositories.</p>`;
        return page(200, `Reeve is the GitHub App ${app.name}`, [KEPT], { body });
      } catch (error) {
        if (isAppError(error, 'forbidden')) return page(403, 'This link is over', [OVER]);
        if (isAppError(error, 'conflict') && error.code === 'github_connected') return page(409, 'Reeve works as another GitHub App', [SECOND]);
        log.warn({ err: error }, 'the App was not taken in');
        if (isAppError(error, 'refused')) return page(403, 'This App is not used', [`${error.message} ${AGAIN}`]);
        if (isAppError(error, 'unavailable') && error.code === 'no_place') return page(503, 'The App could not be kept', [NO_PLACE]);
        if (isAppError(error, 'not_found')) return page(404, 'GitHub does not know this code', [AGAIN]);
        if (isAppError(error)) return page(502, 'GitHub did not hand over the App', [`${error.message} ${AGAIN}`]);
        throw error;
      }
    },
  });
}

function installedPage(): RouteDefinition {
  return route({
    method: 'GET',
    path: '/connect/github/installed',
    summary: 'Where GitHub sends the browser after the App was installed',
    tag,
    access: 'public',
    query: z.record(z.string(), z.string()),
    response,
    handle: async () => page(200, 'The App is installed', ['The console, and `reeve connect github --status`, show which repositories it reaches.']),
  });
}

/** Processes with a data directory of their own do not see the file. */
const KEPT =
  'Its key and secret are kept in the data directory of this server, which uses them from now on, as do all processes with that directory. Others need REEVE_GITHUB_APP_ID, REEVE_GITHUB_PRIVATE_KEY and REEVE_GITHUB_WEBHOOK_SECRET, and a restart.';
const waitingWords = ({ owner, slug }: ShownApp): string[] => [
  `It belongs to ${owner}. Its key is kept and not used: the link alone does not say who came back with it.`,
  `An admin who knows that account confirms it in the console or with \`reeve connect github --confirm ${owner}/${slug}\`, and installs it then.`,
];
const SECOND = 'It was made after this link. See `reeve connect github --status`; with `--replace` another one is made in its place.';
const NO_PLACE =
  'The data directory of this server cannot be written, so GitHub was not asked yet: its log says why. Mend that, and load this page again.';
const OVER = 'It was used before, is too old, or was not made here. Begin again in the console or with `reeve connect github`.';
const AGAIN = 'Begin again in the console or with `reeve connect github`; an App that GitHub has made all the same is deleted in its settings.';

interface Parts {
  body?: string;
  /** The one origin that a form of the page may send to. */
  posts?: string;
  /** What the way to the console is called. */
  link?: string;
}

/** The page of the console that says how far this is, and has what an admin does next. */
const CONSOLE = '/welcome/github';

function page(status: number, title: string, sentences: readonly string[], { body = '', posts, link = 'Go on in the console' }: Parts = {}): Reply {
  const text = sentences.map((sentence) => `<p>${escape(sentence)}</p>`).join('\n');
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head>
<body><main><h1>${escape(title)}</h1>
${text}
${body}
<p><a href="${CONSOLE}">${link}</a></p>
</main></body></html>
`;
  return new Reply(status, html, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action ${posts ?? "'none'"}`,
  });
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? found);
}
