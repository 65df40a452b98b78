import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ForgeEvent } from '#ports/forge-event.ts';
import { renderConfigReference } from '#platform/config/index.ts';
import { builtInRoutes, CALLERS, roleTable, type OpenApiDocument, type RouteDefinition } from '#platform/http/index.ts';
import { openApiRoute } from '#platform/http/built-in.ts';
import { CRASHPOINTS } from '#platform/workflow/index.ts';
import { changeRequestJsonSchema } from '#modules/merge-queue/index.ts';
import { planJsonSchema } from '#modules/planning/index.ts';
import { RUNTIME_SETTINGS } from '#modules/settings/index.ts';
import { WORK_STATES } from '#modules/work/index.ts';
import type { Context } from '#app/context.ts';
import type { Modules } from '#app/modules.ts';
import { allRoutes } from '#app/routes.ts';
import { createProgram, type CliContext } from '#cli/program.ts';
import { apiTypes } from './api-types/index.ts';
import { renderCliReference } from './generate.cli.ts';
import { findEvents, type EventName } from './generate.events.ts';
import { lazy } from './generate.lazy.ts';
import { collectWorkflows, type WorkflowNames } from './generate.workflows.ts';

/** Every generated document by its name relative to `root`; the same for the same sources. */
export async function renderAll(root: string): Promise<Map<string, string>> {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const { routes, document } = api(version);
  const program = createProgram(lazy<CliContext>({ local: { version } }));
  return new Map([
    ['docs/reference/config.md', `${renderConfigReference().trimEnd()}\n${renderRuntimeSettings()}`],
    ['docs/reference/openapi.json', `${JSON.stringify(document, null, 1)}\n`],
    ['web/src/api/schema.gen.ts', await apiTypes(document)],
    ['docs/reference/cli.md', renderCliReference(program)],
    ['docs/reference/events.md', renderEvents(findEvents(root, { work_item: WORK_STATES }))],
    ['docs/reference/roles.md', renderRoles(routes)],
    ['docs/reference/workflow-steps.md', renderWorkflows(await collectWorkflows())],
    ['docs/reference/schemas/plan.v1.json', json(planJsonSchema())],
    ['docs/reference/schemas/change-request.v1.json', json(changeRequestJsonSchema())],
  ]);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Routes and their description, without a database: factories of routes only keep what they are given. */
function api(version: string): { routes: RouteDefinition[]; document: OpenApiDocument } {
  const others = [...builtInRoutes(lazy()), ...allRoutes(lazy<Context>({ config: { publicUrl: null } }), lazy<Modules>())];
  const info = { title: 'Reeve', version, description: 'The API of Reeve. Errors are problem documents (RFC 9457); lists are paged by cursor.' };
  const { route, document } = openApiRoute(others, info);
  return { routes: [...others, route], document };
}

function renderRuntimeSettings(): string {
  const rows = Object.entries(RUNTIME_SETTINGS).map(
    ([key, setting]) => `| \`${key}\` | ${setting.type} | \`${String(setting.default)}\` | ${setting.description} |`,
  );
  return [
    '',
    '## Settings that can change while Reeve runs',
    '',
    'Shown and changed by `reeve config view|set|unset` and `GET` and `PATCH /v1/config`; every change is a ledger entry with before and after.',
    '',
    '| key | type | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function renderRoles(routes: RouteDefinition[]): string {
  const rows = roleTable(routes).map(
    ({ method, path: at, access, may }) =>
      `| ${method} | \`${at}\` | ${access} | ${CALLERS.map((caller) => (may[caller] ? 'yes' : '-')).join(' | ')} |`,
  );
  return [
    '# Who may call what',
    '',
    'Generated from the routes; edit them, not this page. `access` is what the route asks for: a role and everything above it, `person`',
    "(a token that belongs to a person), `authenticated` (any token, an agent's too) or `public`. What a caller may do inside a route is",
    'decided by the command behind it. `GET /metrics` needs no token on the loopback interface. The column admin is the bootstrap token,',
    'which belongs to nobody and therefore never decides; an admin who is a person may use the `person` routes too.',
    '',
    `| method | path | access | ${CALLERS.join(' | ')} |`,
    `|---|---|---|${CALLERS.map(() => '---|').join('')}`,
    ...rows,
    '',
  ].join('\n');
}

function renderEvents(events: EventName[]): string {
  const mark = (yes: boolean): string => (yes ? 'yes' : '-');
  const forge = ForgeEvent.options.map((option) => [...option.shape.kind.values][0] ?? '');
  return [
    '# Events and ledger kinds',
    '',
    'Generated from the sources of `src/modules`; the names are persisted and are not renamed. `stream`: published through the outbox to',
    'subscribers inside Reeve and to `GET /v1/stream`. `ledger`: an entry of the hash chain, with actor, subject and payload.',
    '',
    '| name | written by | ledger | stream |',
    '|---|---|---|---|',
    ...events.map(({ name, module, ledger, stream }) => `| \`${name}\` | ${module} | ${mark(ledger)} | ${mark(stream)} |`),
    '',
    '## Facts of a forge',
    '',
    'What a connector makes of a webhook (`src/ports/forge-event.ts`); stored by `intake` beside the raw payload, one `event.received` each.',
    '',
    forge.map((kind) => `\`${kind}\``).join(' · '),
    '',
  ].join('\n');
}

function renderWorkflows({ workflows, queues, schedules, steps }: WorkflowNames): string {
  return [
    '# Persisted names of workflows',
    '',
    'Generated from the workflows as they are defined. These names are part of stored histories: a workflow that sleeps for days is continued',
    'by them. Renaming or reordering one needs a raised `WORKFLOW_VERSION` (`src/app/context.ts`).',
    '',
    '| workflow | queue |',
    '|---|---|',
    ...workflows.map(({ name, queue }) => `| \`${name}\` | \`${queue}\` |`),
    '',
    `Queues: ${queues.map(({ name }) => `\`${name}\``).join(', ')}. Scheduled: ${schedules.map(({ name, cron }) => `\`${name}\` (\`${cron}\`, UTC)`).join(', ')}.`,
    '',
    '## Steps',
    '',
    ...steps.map((step) => `- \`${step}\``),
    '',
    '## Fault points',
    '',
    'Places at which `REEVE_CRASH_AT=name` or `name:n` (the n-th pass) kills the process, for tests alone.',
    '',
    ...CRASHPOINTS.map((name) => `- \`${name}\``),
    '',
  ].join('\n');
}
