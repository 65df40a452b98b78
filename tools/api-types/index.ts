import openapiTS, { astToString, UNKNOWN, type OpenAPI3 } from 'openapi-typescript';

/**
 * The API's description as TypeScript types, for the console's client. What every operation has in common (problem documents of refusals, the
 * limit on requests) is left out: the client knows problem documents by itself, and the file would be four times as long.
 */
export async function apiTypes(document: unknown): Promise<string> {
  const ast = await openapiTS(withoutRefusals(document) as OpenAPI3, {
    exportType: true,
    // "Any JSON" describes itself by itself, which a type alias may not: whoever reads it parses it.
    transform: (_schema, { path }) => (path !== undefined && /schema\d+$/.test(path) ? UNKNOWN : undefined),
  });
  return `// Made by \`node tools/generate.ts\` from docs/reference/openapi.json. Do not edit.\n${astToString(ast)}`;
}

interface Operation {
  responses?: Record<string, unknown>;
}

function withoutRefusals(document: unknown): unknown {
  const copy = structuredClone(document) as { paths: Record<string, Record<string, Operation>> };
  for (const operations of Object.values(copy.paths)) {
    for (const operation of Object.values(operations)) {
      if (operation.responses === undefined) continue;
      operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status.startsWith('2')));
    }
  }
  return copy;
}
