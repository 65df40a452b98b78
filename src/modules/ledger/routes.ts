import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { foundOr404, pageBody, route, type RouteDefinition } from '#platform/http/index.ts';
import { modelName, personNames, pullNames } from './decide.search.ts';
import type { Ledger, LedgerAudit, LedgerDesk, LedgerEntry, LedgerKeeping, LedgerSearch } from './model.ts';
import { ExportedEntry, KeptCheckpoint } from './model.entry.ts';
import { anchorRoutes } from './routes.anchors.ts';
import { deskRoutes } from './routes.desk.ts';
import { toExported } from './queries.ts';

const search = {
  subject: z.string().max(500).optional(),
  kind: z.string().max(1000).optional().describe('One kind, or several separated by commas; `*` stands for any characters'),
  actor: z.string().max(500).optional(),
  project: z.string().max(100).optional().describe('Id or key of the project.'),
  work_item: z.string().max(100).optional(),
  person: z.string().max(200).optional().describe('Handle: what they did, and what names them'),
  model: z.string().max(400).optional().describe('A model, or one version of it as `model@version`'),
  pull: z.string().max(100).optional().describe('Id of a pull request: what names it, or its number on its forge'),
  mentions: z.string().min(1).max(200).optional().describe('Any id: what is about it, or names it'),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
};
const SearchQuery = z.object(search);
const LedgerQuery = PageQuery.extend({
  ...search,
  from_seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().describe('Where the list begins, inclusive'),
  order: z.enum(['asc', 'desc']).default('asc'),
});

const Report = z.object({
  verified: z.boolean(),
  entries: z.number().int(),
  head: z.string().nullable(),
  first_bad_seq: z.number().int().nullable(),
  reason: z.string().nullable(),
});

/** An entry with the clear values of its commitments, as far as they were not erased. */
const ShownEntry = ExportedEntry.extend({ revealed: ExportedEntry.shape.payload.optional() });

type WholeLedger = Ledger & LedgerAudit & LedgerKeeping & LedgerDesk;

/** What the names of a search are looked up with; the modules of that name fit. */
export interface LedgerNames {
  people: { byHandle(handle: string): Promise<{ id: string } | null> };
  pulls: { pull(id: string): Promise<{ repositoryId: string; number: number } | null> };
  projects: { repository(id: string): Promise<{ forge: string; name: string } | null> };
}

/** Reading the ledger, its proofs, and what is kept of it elsewhere. */
export function ledgerRoutes(deps: LedgerNames & { ledger: WholeLedger }): RouteDefinition[] {
  const { ledger } = deps;
  return [...anchorRoutes({ ledger }), ...deskRoutes({ ledger }), ...searchRoutes(deps), entryRoute(ledger), ...headRoutes(ledger)];
}

/** A search as the ledger knows it: names of people and pull requests as the entries have them. */
async function searchOf(names: LedgerNames, query: z.infer<typeof SearchQuery>): Promise<LedgerSearch> {
  const { kind, project, work_item, person, model, pull, mentions, subject, actor, from, to } = query;
  const groups: string[][] = [];
  if (person !== undefined) groups.push(personNames(person, (await names.people.byHandle(person))?.id ?? null));
  if (model !== undefined) groups.push([modelName(model)]);
  if (pull !== undefined) groups.push(pullNames(pull, await placeOf(names, pull)));
  if (mentions !== undefined) groups.push([mentions]);
  return {
    subject,
    actor,
    from,
    to,
    projectId: project,
    workItemId: work_item,
    ...(kind === undefined ? {} : { kinds: kind.split(',').map((one) => one.trim()) }),
    ...(groups.length === 0 ? {} : { names: groups }),
  };
}

async function placeOf({ pulls, projects }: LedgerNames, id: string): Promise<{ forge: string; repository: string; number: number } | null> {
  const pull = await pulls.pull(id);
  const repository = pull === null ? null : await projects.repository(pull.repositoryId);
  return pull === null || repository === null ? null : { forge: repository.forge, repository: repository.name, number: pull.number };
}

const presentEntry = (entry: LedgerEntry): z.infer<typeof ShownEntry> => ({
  ...toExported(entry),
  ...(entry.revealed === undefined ? {} : { revealed: entry.revealed }),
});

function searchRoutes(deps: LedgerNames & { ledger: WholeLedger }): RouteDefinition[] {
  const { ledger } = deps;
  return [
    route({
      method: 'GET',
      path: '/v1/ledger',
      summary: 'Ledger entries in chain order',
      tag: 'ledger',
      access: 'viewer',
      query: LedgerQuery,
      response: { status: 200, schema: pageSchema(ShownEntry) },
      async handle({ query }) {
        const { limit, cursor, order, from_seq: fromSeq, ...asked } = query;
        return pageBody(await ledger.list({ ...(await searchOf(deps, asked)), limit, cursor, order, fromSeq }), presentEntry);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/count',
      summary: 'How many entries fit a search, counted up to ten thousand',
      tag: 'ledger',
      access: 'viewer',
      query: SearchQuery,
      response: { status: 200, schema: z.object({ count: z.number().int(), capped: z.boolean().describe('There are more than `count`') }) },
      handle: async ({ query }) => ledger.count(await searchOf(deps, query)),
    }),
  ];
}

function entryRoute(ledger: LedgerAudit): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/ledger/:seq',
    summary: 'One entry',
    tag: 'ledger',
    access: 'viewer',
    params: z.object({ seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    response: { status: 200, schema: ShownEntry },
    handle: async ({ params }) => presentEntry(foundOr404(await ledger.entry(params.seq), 'entry in the ledger')),
  });
}

function headRoutes(ledger: Ledger & LedgerAudit): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/ledger/checkpoint',
      summary: 'The signed head of the ledger and the key that signed it',
      tag: 'ledger',
      access: 'viewer',
      response: { status: 200, schema: KeptCheckpoint },
      handle: async () => ({ checkpoint: await ledger.checkpoint(), public_key: await ledger.publicKey() }),
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/verify',
      summary: 'Walk the chain and name the first bad entry',
      tag: 'ledger',
      access: 'viewer',
      response: { status: 200, schema: Report },
      async handle() {
        const report = await ledger.verify();
        return report.verified
          ? { verified: true, entries: report.entries, head: report.head, first_bad_seq: null, reason: null }
          : { verified: false, entries: report.entries, head: null, first_bad_seq: report.firstBadSeq, reason: report.reason };
      },
    }),
  ];
}
