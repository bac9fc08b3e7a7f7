/** The contract's schemas as JSON Schema: for the OpenAPI description and for forms. */
import * as z from 'zod/mini';

export type Json = Record<string, unknown>;

interface Definition {
  shape?: Record<string, z.ZodMiniType>;
  checks?: { _zod: { def: { error?: (issue: object) => unknown } } }[];
}

/** JSON Schema of a zod schema, with the fields that must be there. */
export function toSchema(schema: z.ZodMiniType): Json {
  const { $schema, ...json } = z.toJSONSchema(schema as never, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { shape, checks } = zodSchema._zod.def as Definition;
      for (const { _zod } of checks ?? []) {
        const longest = /^too_long:(\d+)$/.exec(String(_zod.def.error?.({})))?.[1];
        if (longest) jsonSchema.maxLength = Number(longest);
      }
      if (!shape) return;
      const required = Object.keys(shape).filter((key) => !shape[key]?.safeParse(undefined).success);
      if (required.length > 0) jsonSchema.required = required;
      else delete jsonSchema.required;
    },
  }) as Json;
  return json;
}
