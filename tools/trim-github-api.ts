import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  Kind,
  parse,
  print,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type TypeNode,
} from 'graphql';
import { ROUTES } from '../test/fakes/github/routes.ts';

/**
 * Cuts GitHub's published descriptions down to what the fake GitHub answers: of the OpenAPI the requests' parts of its routes
 * (`openapi.json`), of the GraphQL schema the types around pull requests and review threads (`schema.graphql`).
 *
 * node tools/trim-github-api.ts --openapi api.github.com.json --graphql schema.graphql
 */
type Json = Record<string, unknown>;

const OUT = join(import.meta.dirname, '../test/fakes/github');
const KEPT_WORDS = [
  'type',
  'properties',
  'required',
  'items',
  'enum',
  'oneOf',
  'anyOf',
  'allOf',
  'not',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'pattern',
];

/** A schema's rules without its words; OpenAPI 3.0's `nullable` becomes JSON Schema's `null`. */
function rules(document: Json, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((one) => rules(document, one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const node = schema as Json;
  if (typeof node['$ref'] === 'string') return rules(document, resolve(document, node['$ref']));
  const kept = KEPT_WORDS.filter((word) => node[word] !== undefined).map((word): [string, unknown] => {
    if (word !== 'properties') return [word, word === 'enum' || word === 'required' ? node[word] : rules(document, node[word])];
    return [word, Object.fromEntries(Object.entries(node[word] as Json).map(([name, inner]) => [name, rules(document, inner)]))];
  });
  const result = Object.fromEntries(kept) as Json;
  if (typeof node['additionalProperties'] === 'object') result['additionalProperties'] = rules(document, node['additionalProperties']);
  if (node['nullable'] === true && typeof result['type'] === 'string') result['type'] = [result['type'], 'null'];
  if (node['nullable'] === true && Array.isArray(result['enum'])) result['enum'] = [...(result['enum'] as unknown[]), null];
  return result;
}

function resolve(document: Json, ref: string): Json {
  let node: unknown = document;
  for (const part of ref.replace('#/', '').split('/')) node = (node as Json)[part];
  return node as Json;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: unknown;
}

function parametersOf(document: Json, parameters: Parameter[], place: Parameter['in']): Json {
  const found = parameters.filter((parameter) => parameter.in === place);
  const required = found.filter((parameter) => parameter.required === true).map(({ name }) => name);
  const properties = Object.fromEntries(found.map(({ name, schema }) => [name, rules(document, schema)]));
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

function trimOpenApi(path: string): string {
  const document = JSON.parse(readFileSync(path, 'utf8')) as Json;
  const paths = document['paths'] as Record<string, Record<string, Json>>;
  const operations: Json = {};
  for (const route of ROUTES.filter((one) => one.path !== '/graphql')) {
    const operation = paths[route.path]?.[route.method.toLowerCase()];
    if (operation === undefined) throw new Error(`GitHub describes no ${route.method} ${route.path}`);
    const parameters = ((operation['parameters'] as Json[] | undefined) ?? []).map(
      (one) => (typeof one['$ref'] === 'string' ? resolve(document, one['$ref']) : one) as unknown as Parameter,
    );
    const body = operation['requestBody'] as { required?: boolean; content: Record<string, { schema: unknown }> } | undefined;
    operations[`${route.method} ${route.path}`] = {
      docs: (operation['externalDocs'] as { url?: string } | undefined)?.url,
      path: parametersOf(document, parameters, 'path'),
      query: parametersOf(document, parameters, 'query'),
      ...(body === undefined ? {} : { body: rules(document, body.content['application/json']?.schema), body_required: body.required ?? false }),
    };
  }
  const version = (document['info'] as { version: string }).version;
  return `${JSON.stringify({ source: `GitHub's REST API description, ${version}`, operations }, null, 1)}\n`;
}

const MUTATIONS = [
  'markPullRequestReadyForReview',
  'convertPullRequestToDraft',
  'resolveReviewThread',
  'unresolveReviewThread',
  'addPullRequestReviewThreadReply',
  'enqueuePullRequest',
  'dequeuePullRequest',
  'revertPullRequest',
];
const QUERIES = ['repository', 'node', 'viewer', 'rateLimit'];
const OBJECTS = [
  'Repository',
  'PullRequest',
  'PullRequestReviewThread',
  'PullRequestReviewThreadConnection',
  'PullRequestReviewComment',
  'PullRequestReviewCommentConnection',
  'Issue',
  'IssueConnection',
  'Ref',
  'User',
  'Bot',
  'PageInfo',
  'RateLimit',
  'MergeQueue',
  'MergeQueueEntry',
  'PullRequestTimelineItemsConnection',
  'PullRequestTimelineItems',
  'AddedToMergeQueueEvent',
  'RemovedFromMergeQueueEvent',
  'Actor',
  'Node',
  ...MUTATIONS.map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`),
];

const named = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type));

function trimGraphql(path: string): string {
  const document = parse(readFileSync(path, 'utf8'), { noLocation: true });
  const byName = new Map(document.definitions.flatMap((one) => ('name' in one && one.name !== undefined ? [[one.name.value, one] as const] : [])));
  const leaf = (name: string): boolean => {
    const kind = byName.get(name)?.kind;
    return kind === undefined || kind === Kind.SCALAR_TYPE_DEFINITION || kind === Kind.ENUM_TYPE_DEFINITION;
  };
  const kept = new Set(['Query', 'Mutation', ...OBJECTS]);
  const definitions: DefinitionNode[] = [];
  const queue = [...kept];
  const want = (name: string): void => {
    if (kept.has(name) || !byName.has(name)) return;
    kept.add(name);
    queue.push(name);
  };
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const definition = byName.get(name);
    if (definition === undefined) throw new Error(`GitHub's schema has no ${name}`);
    definitions.push(trimDefinition(definition, leaf, want));
  }
  const whole: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  return `${print(whole)}\n`;
}

/** Fields that lead to kept types or are plain values; arguments and inputs follow. */
function trimDefinition(definition: DefinitionNode, leaf: (name: string) => boolean, want: (name: string) => void): DefinitionNode {
  const plain = { description: undefined, directives: [] as ConstDirectiveNode[] };
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const only = definition.name.value === 'Query' ? QUERIES : definition.name.value === 'Mutation' ? MUTATIONS : null;
      const fields = (definition.fields ?? []).filter(({ name, type }) =>
        only === null ? leaf(named(type)) || OBJECTS.includes(named(type)) : only.includes(name.value),
      );
      // The query root is a node itself, by an id that nobody needs.
      const interfaces = only !== null ? [] : (definition.interfaces ?? []).filter(({ name }) => name.value === 'Node' || name.value === 'Actor');
      return { ...definition, ...plain, interfaces, fields: fields.map((field) => trimField(field, want)) };
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      for (const field of definition.fields ?? []) want(named(field.type));
      return { ...definition, ...plain, fields: (definition.fields ?? []).map((field) => ({ ...field, ...plain })) };
    }
    case Kind.ENUM_TYPE_DEFINITION:
      return { ...definition, ...plain, values: (definition.values ?? []).map((value) => ({ ...value, ...plain })) };
    case Kind.SCALAR_TYPE_DEFINITION:
      return { ...definition, ...plain };
    case Kind.UNION_TYPE_DEFINITION:
      return { ...definition, ...plain, types: (definition.types ?? []).filter(({ name }) => OBJECTS.includes(name.value)) };
    default:
      throw new Error(`no way to keep a ${definition.kind}`);
  }
}

function trimField(field: FieldDefinitionNode, want: (name: string) => void): FieldDefinitionNode {
  want(named(field.type));
  const args = (field.arguments ?? []).map((argument) => {
    want(named(argument.type));
    return { ...argument, description: undefined, directives: [] };
  });
  return { ...field, description: undefined, directives: [], arguments: args };
}

const { values } = parseArgs({ options: { openapi: { type: 'string' }, graphql: { type: 'string' } } });
if (values.openapi === undefined && values.graphql === undefined) throw new Error('say --openapi FILE or --graphql FILE');
if (values.openapi !== undefined) writeFileSync(join(OUT, 'openapi.json'), trimOpenApi(values.openapi));
if (values.graphql !== undefined) writeFileSync(join(OUT, 'schema.graphql'), trimGraphql(values.graphql));
