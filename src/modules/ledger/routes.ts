import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { Ledger, LedgerAudit, LedgerKeeping } from './model.ts';
import { ExportedEntry, KeptCheckpoint } from './model.entry.ts';
import { anchorRoutes } from './routes.anchors.ts';
import { toExported } from './queries.ts';

const LedgerQuery = PageQuery.extend({
  subject: z.string().max(500).optional(),
  kind: z.string().max(200).optional(),
  actor: z.string().max(500).optional(),
  project: z.string().max(100).optional().describe('Id or key of the project.'),
  work_item: z.string().max(100).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
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

/** Reading the ledger, its proofs, and what is kept of it elsewhere. */
export function ledgerRoutes(deps: { ledger: Ledger & LedgerAudit & LedgerKeeping }): RouteDefinition[] {
  const { ledger } = deps;
  return [
    ...anchorRoutes({ ledger }),
    route({
      method: 'GET',
      path: '/v1/ledger',
      summary: 'Ledger entries in chain order',
      tag: 'ledger',
      access: 'viewer',
      query: LedgerQuery,
      response: { status: 200, schema: pageSchema(ShownEntry) },
      async handle({ query }) {
        const { project, work_item, ...filter } = query;
        const page = await ledger.list({ ...filter, projectId: project, workItemId: work_item });
        return {
          items: page.items.map((item) => ({ ...toExported(item), ...(item.revealed === undefined ? {} : { revealed: item.revealed }) })),
          next_cursor: page.nextCursor,
        };
      },
    }),
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
