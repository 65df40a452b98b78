import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, execute, GraphQLError, parse, validate, type DocumentNode } from 'graphql';
import { ok, Refusal, type Answer } from './answer.ts';
import { actorOf } from './auth.ts';
import { MUTATIONS } from './graphql.mutations.ts';
import { objectById, showRepositoryNode, showViewer } from './graphql.objects.ts';
import type { Call } from './route.ts';

/** GitHub's schema, cut to pull requests and their threads by tools/trim-github-api.ts. */
const SCHEMA = buildSchema(readFileSync(join(import.meta.dirname, 'schema.graphql'), 'utf8'));

/**
 * `POST /graphql`. A query that GitHub's schema does not allow is a violation; as at GitHub all errors but missing credentials come
 * with status 200 and `errors`. https://docs.github.com/graphql/guides/forming-calls-with-graphql
 */
export async function answerGraphql(call: Call): Promise<Answer> {
  const { world, who, body } = call;
  if (who.kind === 'anonymous' || who.kind === 'app') throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  const query = typeof body['query'] === 'string' ? body['query'] : '';
  const document = parsed(query);
  const errors = document instanceof GraphQLError ? [document] : validate(SCHEMA, document);
  if (errors.length > 0 || document instanceof GraphQLError) {
    world.violations.push(...errors.map(({ message }) => `POST /graphql: ${message}`));
    return ok({ errors: errors.map(({ message, locations }) => ({ message, locations })) });
  }
  const actor = actorOf(who);
  const rootValue = {
    viewer: () => showViewer(world, actor.login),
    rateLimit: () => ({ cost: 1, limit: 5000, remaining: 5000, used: 0, nodeCount: 1, resetAt: world.now() }),
    repository: ({ owner, name }: { owner: string; name: string }) => showRepositoryNode(call, `${owner}/${name}`),
    node: ({ id }: { id: string }) => objectById(call, id),
    ...MUTATIONS,
  };
  const variableValues = (body['variables'] as Record<string, unknown> | undefined) ?? {};
  const operationName = typeof body['operationName'] === 'string' ? body['operationName'] : undefined;
  const result = await execute({
    schema: SCHEMA,
    document,
    rootValue,
    contextValue: call,
    variableValues,
    ...(operationName === undefined ? {} : { operationName }),
  });
  for (const error of result.errors ?? []) if (error.extensions['type'] === undefined) world.errors.push(error);
  return ok({ data: result.data, ...(result.errors === undefined ? {} : { errors: result.errors.map(showError) }) });
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** GitHub puts the type of an error beside its message. */
function showError({ message, path, locations, extensions }: GraphQLError) {
  return { ...(extensions['type'] === undefined ? {} : { type: extensions['type'] }), path, locations, message };
}
