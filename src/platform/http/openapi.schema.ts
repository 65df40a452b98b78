import { z } from 'zod';

export type JsonSchema = { [key: string]: unknown };

/** Gathers the named schemas of a document while its operations are written. */
export interface SchemaBook {
  /** The schema of a value as callers send it (`input`) or receive it (`output`); named parts become references. */
  add(schema: z.ZodType, io: 'input' | 'output', fallbackName: string): JsonSchema;
  components(): Record<string, JsonSchema>;
}

/** OpenAPI 3.1 takes JSON Schema 2020-12 as it is; only the definitions move to `components`. */
export function createSchemaBook(): SchemaBook {
  const components = new Map<string, JsonSchema>();

  /** Two different schemas may not share a name; what is sent and what is received often differ by defaults. */
  function place(wanted: string, definition: JsonSchema, io: 'input' | 'output'): string {
    const text = JSON.stringify(definition);
    for (const name of [wanted, io === 'input' ? `${wanted}Input` : `${wanted}Output`]) {
      const known = components.get(name);
      if (known === undefined || JSON.stringify(known) === text) {
        components.set(name, definition);
        return name;
      }
    }
    for (let n = 2; ; n += 1) {
      const name = `${wanted}${n}`;
      const known = components.get(name);
      if (known !== undefined && JSON.stringify(known) !== text) continue;
      components.set(name, definition);
      return name;
    }
  }

  return {
    add(schema, io, fallbackName) {
      const {
        $schema: _draft,
        $defs,
        ...root
      } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: describeDates }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
      const names = new Map<string, string>();
      // Names first: definitions refer to each other, so none can be compared before all references are rewritten.
      for (const name of Object.keys($defs ?? {}))
        names.set(`#/$defs/${name}`, name.startsWith('__') ? `${fallbackName}${name.replaceAll('_', '')}` : name);
      const selfRecursive = JSON.stringify(root).includes('"$ref":"#"');
      if (selfRecursive) names.set('#', fallbackName);
      for (const [name, definition] of Object.entries($defs ?? {})) {
        const wanted = names.get(`#/$defs/${name}`) ?? name;
        const { id: _id, ...rest } = definition;
        const placed = place(wanted, rewrite(rest, names), io);
        names.set(`#/$defs/${name}`, placed);
      }
      const { id, ...rest } = root as JsonSchema & { id?: string };
      const body = rewrite(rest, names);
      const name = id ?? (selfRecursive ? fallbackName : null);
      return name === null ? body : { $ref: `#/components/schemas/${place(name, body, io)}` };
    },
    components: () => Object.fromEntries([...components].sort(([a], [b]) => a.localeCompare(b))),
  };
}

function rewrite(node: unknown, names: Map<string, string>): JsonSchema {
  return walk(node, names) as JsonSchema;
}

function walk(node: unknown, names: Map<string, string>): unknown {
  if (Array.isArray(node)) return node.map((item) => walk(item, names));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      const target = key === '$ref' && typeof value === 'string' ? names.get(value) : undefined;
      return [key, target === undefined ? walk(value, names) : `#/components/schemas/${target}`];
    }),
  );
}

/** Dates leave as ISO text. */
function describeDates(context: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  if (context.zodSchema._zod.def.type === 'date') Object.assign(context.jsonSchema, { type: 'string', format: 'date-time' });
}
