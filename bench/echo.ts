import { fastify } from 'fastify';

/** The least a server on the same framework can do: read the body, answer its length. A process of its own, as the product is. */
const app = fastify({ bodyLimit: 25 * 1024 * 1024 });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/webhooks/github', (request, reply) => reply.code(202).send({ bytes: (request.body as Uint8Array).length }));
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
