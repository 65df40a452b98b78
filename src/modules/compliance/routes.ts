import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { foundOr404, pageBody, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import { flagsOf } from './decide.flags.ts';
import { ComplianceDocument, type Compliance, type ComplianceRecord, type ExportFile } from './model.ts';
import { FLAG_CODES, FLAGS, OUTCOMES } from './model.flags.ts';
import { tarOf } from './queries.archive.ts';

const Shown = z.object({
  sha256: z.string(),
  work_item_id: z.string().nullable(),
  flags: z.array(z.enum(FLAG_CODES)).describe('What a reader should look at: exceptions, and gaps in the evidence'),
  record: ComplianceDocument,
});
const present = ({ sha256, workItemId, record }: ComplianceRecord) => ({ sha256, work_item_id: workItemId, flags: flagsOf(record), record });

const Instant = z.iso.datetime({ offset: true });
const Period = z.object({ from: Instant.optional(), to: Instant.optional() });
const search = {
  ...Period.shape,
  project: z.string().max(100).optional().describe('Id or key of the project.'),
  pull: z.string().max(100).optional(),
  work_item: z.string().max(100).optional(),
  person: z.string().max(200).optional(),
  model: z.string().max(400).optional().describe('A model that had a part in it, or one version of it as `model@version`'),
  kind: z.enum(['landing', 'pull_request']).optional(),
};
const SearchQuery = z.object(search);
const RecordsQuery = PageQuery.extend({
  ...search,
  flag: z.enum(FLAG_CODES).optional(),
  outcome: z.enum(OUTCOMES).optional().describe('exceptions: what an auditor asks about; incomplete: evidence is missing; clean: neither'),
  order: z.enum(['asc', 'desc']).default('asc').describe('By number'),
});

const Count = z.number().int();
const Summary = z.object({
  total: Count,
  clean: Count,
  exceptions: Count,
  incomplete: Count,
  flags: z.array(z.object({ flag: z.enum(FLAG_CODES), kind: z.enum(['exception', 'gap']), says: z.string(), count: Count })),
  weeks: z
    .array(z.object({ from: z.string(), total: Count, exceptions: Count, incomplete: Count }))
    .describe('Newest first; weeks begin on Monday, UTC'),
});

/** A search as the module knows it. */
function searchOf({ project, pull, work_item, person, model, kind, from, to }: z.infer<typeof SearchQuery>) {
  return { projectId: project, pullId: pull, workItemId: work_item, person, model: model === undefined ? undefined : modelOf(model), kind, from, to };
}

/** `fable@2026-11`: a name may hold the sign as well, a version does not. */
function modelOf(text: string): { model: string; version?: string } {
  const at = text.lastIndexOf('@');
  return at < 1 ? { model: text } : { model: text.slice(0, at), version: text.slice(at + 1) };
}

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
        const { flag, outcome, order, limit, cursor } = query;
        const flags = flag === undefined ? undefined : [flag];
        return pageBody(await compliance.list({ ...searchOf(query), flags, outcome, order, limit, cursor }), present);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/compliance/summary',
      summary: 'How many changes have a complete record, and how many something an auditor asks about',
      tag: 'compliance',
      access: 'viewer',
      query: SearchQuery,
      response: { status: 200, schema: Summary },
      async handle({ query }) {
        const { flags, weeks, ...counts } = await compliance.summary(searchOf(query));
        return {
          ...counts,
          flags: FLAG_CODES.map((flag) => ({ flag, ...FLAGS[flag], count: flags[flag] })),
          weeks: weeks.map(({ from, ...week }) => ({ from: from.toISOString(), ...week })),
        };
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
    exportRoute(compliance),
  ];
}

function exportRoute(compliance: Compliance): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/compliance/export',
    summary: 'Files of an audit, one JSON line each ({path, text}) or as an archive; the population comes last',
    tag: 'compliance',
    access: 'maintainer',
    query: Period.extend({ format: z.enum(['lines', 'tgz']).default('lines') }),
    response: { status: 200, schema: null, contentType: 'application/x-ndjson' },
    async handle({ query }) {
      const files = compliance.export({ from: query.from, to: query.to });
      if (query.format === 'lines') return new Reply(200, Readable.from(linesOf(files)), { 'content-type': 'application/x-ndjson; charset=utf-8' });
      const archive = Readable.from(tarOf('reeve-audit', files));
      // A failure in between cuts the answer off, which whoever unpacks it sees.
      return new Reply(
        200,
        pipeline(archive, createGzip(), () => {}),
        {
          'content-type': 'application/gzip',
          'content-disposition': 'attachment; filename="reeve-audit.tar.gz"',
        },
      );
    },
  });
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
