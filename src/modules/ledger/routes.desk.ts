import { Readable } from 'node:stream';
import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, foundOr404, pageBody, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Ledger, LedgerAudit, LedgerDesk, Verification } from './model.ts';

const Seq = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const VerificationView = z
  .object({
    number: z.number().int(),
    asked_by: z.string(),
    from_seq: z.number().int(),
    to_seq: z.number().int(),
    checked: z.number().int().describe('Entries found good so far'),
    state: z
      .enum(['running', 'verified', 'failed', 'broken_off'])
      .describe('broken_off says nothing about the ledger: the walk did not come to its end'),
    first_bad_seq: z.number().int().nullable().describe('0: a checkpoint, not an entry'),
    reason: z.string().nullable(),
    started_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .meta({ id: 'LedgerVerification' });

function present(one: Verification): z.infer<typeof VerificationView> {
  const { number, checked, state, reason } = one;
  return {
    number,
    asked_by: one.askedBy,
    from_seq: one.fromSeq,
    to_seq: one.toSeq,
    checked,
    state,
    first_bad_seq: one.firstBadSeq,
    reason,
    started_at: one.startedAt.toISOString(),
    ended_at: one.endedAt?.toISOString() ?? null,
  };
}

/** Walks of the ledger beside the requests, its state in short, and the whole of it as a file. */
export function deskRoutes({ ledger }: { ledger: Ledger & LedgerAudit & LedgerDesk }): RouteDefinition[] {
  return [...verificationRoutes(ledger), stateRoute(ledger), exportRoute(ledger)];
}

function verificationRoutes(ledger: LedgerDesk): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/ledger/verifications',
      summary: 'Begin to walk the ledger, or a part of it; one walk at a time, a running one is answered',
      tag: 'ledger',
      access: 'viewer',
      body: z.strictObject({ from_seq: Seq.optional(), to_seq: Seq.optional() }),
      response: { status: 202, schema: VerificationView },
      handle: async (request) =>
        present(await ledger.beginVerification({ fromSeq: request.body.from_seq, toSeq: request.body.to_seq }, actorOf(request))),
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/verifications',
      summary: 'Walks of the ledger that were asked for, newest first',
      tag: 'ledger',
      access: 'viewer',
      query: PageQuery,
      response: { status: 200, schema: pageSchema(VerificationView) },
      handle: async ({ query }) => pageBody(await ledger.verifications(query), present),
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/verifications/:number',
      summary: 'One walk: how far it has got, or what it found',
      tag: 'ledger',
      access: 'viewer',
      params: z.object({ number: Seq }),
      response: { status: 200, schema: VerificationView },
      handle: async ({ params }) => present(foundOr404(await ledger.verification(params.number), 'verification')),
    }),
  ];
}

const State = z.object({
  entries: z.number().int(),
  head: z.string(),
  kinds: z.array(z.string()),
  actors: z.array(z.string()),
  actors_cut: z.boolean().describe('There are more actors than are named'),
  verification: VerificationView.nullable().describe('The newest walk that somebody asked for'),
});

function stateRoute(ledger: Ledger & LedgerDesk): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/ledger/state',
    summary: 'How long the ledger is, what it can be searched by, and the newest walk of it',
    tag: 'ledger',
    access: 'viewer',
    response: { status: 200, schema: State },
    async handle() {
      const { seq, hash } = await ledger.head();
      const { kinds, actors, actorsCut } = await ledger.facets();
      const [newest] = (await ledger.verifications({ limit: 1 })).items;
      return { entries: seq, head: hash, kinds, actors, actors_cut: actorsCut, verification: newest === undefined ? null : present(newest) };
    },
  });
}

/** Lines that go out together: a chunk for each would cost more than making it. */
const LINES_AT_ONCE = 250;

function exportRoute(ledger: LedgerAudit): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/ledger/export',
    summary: 'Entries as a file of JSON lines, as `reeve ledger verify --entries` reads them',
    tag: 'ledger',
    access: 'viewer',
    query: z.object({ from_seq: Seq.optional(), to_seq: Seq.optional() }),
    response: { status: 200, schema: null, contentType: 'application/x-ndjson' },
    async handle({ query }) {
      const range = {
        ...(query.from_seq === undefined ? {} : { fromSeq: query.from_seq }),
        ...(query.to_seq === undefined ? {} : { toSeq: query.to_seq }),
      };
      return new Reply(200, Readable.from(blocksOf(ledger.exportLines(range))), {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'content-disposition': 'attachment; filename="ledger.jsonl"',
      });
    },
  });
}

async function* blocksOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let block: string[] = [];
  for await (const line of lines) {
    block.push(line);
    if (block.length < LINES_AT_ONCE) continue;
    yield `${block.join('\n')}\n`;
    block = [];
  }
  if (block.length > 0) yield `${block.join('\n')}\n`;
}
