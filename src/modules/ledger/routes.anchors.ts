import { z } from 'zod';
import { pageSchema } from '#kernel/page.ts';
import { actorOf, route, type RouteDefinition } from '#platform/http/index.ts';
import type { LedgerAudit, LedgerKeeping } from './model.ts';
import { KeptCheckpoint } from './model.entry.ts';

const Hash = z.string();
const Size = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const Inclusion = z.object({
  seq: z.number().int(),
  tree_size: z.number().int(),
  leaf_hash: Hash,
  root: Hash,
  path: z.array(Hash),
});

const Consistency = z.object({ first: z.number().int(), second: z.number().int(), first_root: Hash, second_root: Hash, path: z.array(Hash) });

const Places = z.object({
  last: z.object({ number: z.number().int(), tree_size: z.number().int(), age_seconds: z.number() }).nullable(),
  problem: z.string().nullable(),
  places: z.array(
    z.object({
      place: z.string(),
      where: z.string(),
      published: z.number().int(),
      published_at: z.string().nullable(),
      attempts: z.number().int(),
      last_error: z.string().nullable(),
    }),
  ),
});

/** Proofs, checkpoints and keys of the ledger. */
export function anchorRoutes({ ledger }: { ledger: LedgerAudit & LedgerKeeping }): RouteDefinition[] {
  return [...proofRoutes(ledger), ...checkpointRoutes(ledger), ...keepingRoutes(ledger)];
}

function proofRoutes(ledger: LedgerAudit): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/ledger/:seq/proof',
      summary: 'Proof (RFC 6962) that an entry is in the tree of a size',
      tag: 'ledger',
      access: 'viewer',
      params: z.object({ seq: Size }),
      query: z.object({ tree_size: Size.optional() }),
      response: { status: 200, schema: Inclusion },
      async handle({ params, query }) {
        const { seq, treeSize, leafHash, root, path } = await ledger.proveInclusion(params.seq, query.tree_size);
        return { seq, tree_size: treeSize, leaf_hash: leafHash, root, path };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/consistency',
      summary: 'Proof (RFC 6962) that a smaller tree is the beginning of a larger one',
      tag: 'ledger',
      access: 'viewer',
      query: z.object({ first: Size, second: Size.optional() }),
      response: { status: 200, schema: Consistency },
      async handle({ query }) {
        const { first, second, firstRoot, secondRoot, path } = await ledger.proveConsistency(query.first, query.second);
        return { first, second, first_root: firstRoot, second_root: secondRoot, path };
      },
    }),
  ];
}

function checkpointRoutes(ledger: LedgerAudit & LedgerKeeping): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/ledger/checkpoints',
      summary: 'Stored checkpoints in order; the cursor is the number of the last one seen',
      tag: 'ledger',
      access: 'viewer',
      query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.coerce.number().int().min(0).default(0) }),
      response: { status: 200, schema: pageSchema(KeptCheckpoint.extend({ number: z.number().int() })) },
      async handle({ query }) {
        const rows = await ledger.checkpoints(query.cursor, query.limit + 1);
        const items = rows.slice(0, query.limit).map(({ number, document }) => ({ number, ...document }));
        return { items, next_cursor: rows.length > query.limit ? String(items.at(-1)?.number ?? 0) : null };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/places',
      summary: 'Where checkpoints are kept outside, how far each place has got, and what failed',
      tag: 'ledger',
      access: 'viewer',
      response: { status: 200, schema: Places },
      async handle() {
        const { last, places, problem } = await ledger.anchors();
        return {
          last: last === null ? null : { number: last.number, tree_size: last.treeSize, age_seconds: Math.round(last.ageS) },
          problem,
          places: places.map(({ place, where, published, publishedAt, attempts, lastError }) => ({
            place,
            where,
            published,
            published_at: publishedAt?.toISOString() ?? null,
            attempts,
            last_error: lastError,
          })),
        };
      },
    }),
  ];
}

function keepingRoutes(ledger: LedgerKeeping): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/ledger/keys/rotate',
      summary: 'Make a new signing key; the old one signs the hand-over',
      tag: 'ledger',
      access: 'admin',
      response: { status: 200, schema: z.object({ from: z.string(), to: z.string() }) },
      handle: (request) => ledger.rotateKey(actorOf(request)),
    }),
    route({
      method: 'POST',
      path: '/v1/ledger/erasures',
      summary: 'Erase the personal data the ledger has committed to about a person (id)',
      tag: 'ledger',
      access: 'admin',
      body: z.strictObject({ subject: z.string().min(1).max(500) }),
      response: { status: 200, schema: z.object({ erased: z.number().int() }) },
      handle: (request) => ledger.erase(request.body.subject, actorOf(request)),
    }),
  ];
}
