import type { IncomingMessage } from 'node:http';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { OpenApiDocument } from './openapi.ts';

export interface DocsOptions {
  /** Asked for at the first visit: writing the document down takes a while. */
  document: () => OpenApiDocument;
  requestId: (request: IncomingMessage) => string;
  /** Hooks and error answers, the same as everywhere. */
  prepare: (app: FastifyInstance) => void;
}

/**
 * Swagger UI at `/docs`, over the document as it is. It lives in a server of its own that is made at the first visit: few
 * servers are ever visited, and each would pay for it at its start and with memory.
 */
export function addDocs(app: FastifyInstance, options: DocsOptions): void {
  let made: Promise<FastifyInstance> | null = null;
  const open = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    made ??= createDocs(options);
    // A failure is that visit's alone.
    const docs = await made.catch((error: unknown) => {
      made = null;
      throw error;
    });
    reply.hijack();
    docs.routing(request.raw, reply.raw);
  };
  app.get('/docs', open);
  app.get('/docs/*', open);
  app.addHook('onClose', async () => {
    await (await made?.catch(() => null))?.close();
  });
}

async function createDocs({ document, requestId, prepare }: DocsOptions): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([import('@fastify/swagger'), import('@fastify/swagger-ui')]);
  const docs = fastify({ genReqId: requestId });
  prepare(docs);
  await docs.register(swagger, { mode: 'static', specification: { document: document() as never } });
  await docs.register(swaggerUi, { routePrefix: '/docs', uiConfig: { docExpansion: 'none', deepLinking: true, persistAuthorization: false } });
  await docs.ready();
  return docs;
}
