import { Readable } from 'node:stream';
import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { foundOr404, pageBody, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import { ComplianceDocument, type Compliance, type ComplianceRecord, type ExportFile } from './model.ts';

const Shown = z.object({ sha256: z.string(), work_item_id: z.string().nullable(), record: ComplianceDocument });
const present = ({ sha256, workItemId, record }: ComplianceRecord) => ({ sha256, work_item_id: workItemId, record });

const Instant = z.iso.datetime({ offset: true });
const Period = z.object({ from: Instant.optional(), to: Instant.optional() });
const RecordsQuery = PageQuery.extend({
  ...Period.shape,
  project: z.string().max(100).optional().describe('Id or key of the project.'),
  pull: z.string().max(100).optional(),
  person: z.string().max(200).optional(),
  kind: z.enum(['landing', 'pull_request']).optional(),
});

const Merge = z.object({ repository: z.string(), branch: z.string(), commit: z.string(), subject: z.string(), at: z.string() });
const Completeness = z.object({
  complete: z.boolean(),
  looked_at: z.number().int(),
  explained: z.number().int(),
  missing: z.array(Merge),
});
const Invariants = z.object({
  hold: z.boolean(),
  items: z.array(z.object({ id: z.string(), says: z.string(), holds: z.boolean(), broken: z.array(z.string()) })),
});
const Deliveries = z.object({
  waiting: z.number().int(),
  delivered: z.number().int(),
  dead: z.array(z.object({ record_id: z.string(), attempts: z.number().int(), last_error: z.string().nullable() })),
});

/** Records of changes: made by the system, read by people; there is nothing here that edits one. */
export function complianceRoutes({ compliance }: { compliance: Compliance }): RouteDefinition[] {
  return [...recordRoutes(compliance), ...auditRoutes(compliance), ...deliveryRoutes(compliance)];
}

function recordRoutes(compliance: Compliance): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/compliance-records',
      summary: 'What changed, why, by whom, who approved it and on which checks',
      tag: 'compliance',
      access: 'viewer',
      query: RecordsQuery,
      response: { status: 200, schema: pageSchema(Shown) },
      async handle({ query }) {
        const { project, pull, person, kind, from, to, limit, cursor } = query;
        return pageBody(await compliance.list({ projectId: project, pullId: pull, person, kind, from, to, limit, cursor }), present);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/compliance-records/:id',
      summary: 'One record',
      tag: 'compliance',
      access: 'viewer',
      params: z.object({ id: z.string() }),
      response: { status: 200, schema: Shown },
      handle: async ({ params }) => present(foundOr404(await compliance.get(params.id), 'compliance record')),
    }),
    route({
      method: 'GET',
      path: '/v1/compliance/export',
      summary: 'Files of an audit, one JSON line each ({path, text}); the population comes last',
      tag: 'compliance',
      access: 'maintainer',
      query: Period,
      response: { status: 200, schema: null, contentType: 'application/x-ndjson' },
      handle: async ({ query }) =>
        new Reply(200, Readable.from(linesOf(compliance.export(query))), { 'content-type': 'application/x-ndjson; charset=utf-8' }),
    }),
  ];
}

async function* linesOf(files: AsyncIterable<ExportFile>): AsyncGenerator<string> {
  for await (const file of files) yield `${JSON.stringify(file)}\n`;
}

function auditRoutes(compliance: Compliance): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/compliance/completeness',
      summary: "The forge's own default branches against the records (I6)",
      tag: 'compliance',
      access: 'viewer',
      query: z.object({ project: z.string().min(1).max(100).describe('Id or key of the project.') }),
      response: { status: 200, schema: Completeness },
      handle: ({ query }) => compliance.completeness(query.project),
    }),
    route({
      method: 'GET',
      path: '/v1/compliance/invariants',
      summary: 'I1 to I5 of the governance contract over everything stored',
      tag: 'compliance',
      access: 'viewer',
      response: { status: 200, schema: Invariants },
      async handle() {
        const items = await compliance.invariants();
        return { hold: items.every(({ holds }) => holds), items };
      },
    }),
  ];
}

function deliveryRoutes(compliance: Compliance): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/compliance/deliveries',
      summary: 'What the change-management system has been told, and what was given up',
      tag: 'compliance',
      access: 'viewer',
      response: { status: 200, schema: Deliveries },
      handle: () => compliance.deliveries(),
    }),
    route({
      method: 'POST',
      path: '/v1/compliance/deliveries/:id/retry',
      summary: 'Try a delivery again that was given up',
      tag: 'compliance',
      access: 'admin',
      params: z.object({ id: z.string() }),
      response: { status: 204, schema: null },
      handle: ({ params }) => compliance.redeliver(params.id),
    }),
  ];
}
