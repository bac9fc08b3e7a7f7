/** Walks through the schemas of the contract: what a document says of each field. */
import type { Row } from '../../src/contract/contract.js';

// biome-ignore lint/suspicious/noExplicitAny: the schemas' own definitions
type Any = any;

export interface Leaf {
  /** As the tables write it: `[]` for each item of a list. */
  path: string;
  required: boolean;
  type: 'text' | 'number' | 'object' | 'list';
  /** A number may come as text, a text as a number. */
  loose: boolean;
  /** What an object, or each item of a list, holds. */
  members: string[];
  /** Keys of `words.ts`, with their arguments. */
  limits: string[];
}

/** All leaves of a schema. What takes any member is a leaf. */
export function leavesOf(schema: Row['request'], path = '', required = true): Leaf[] {
  const { def } = (schema as Any)._zod;
  if (def.type === 'optional' || def.type === 'nullable') return leavesOf(def.innerType, path, false);
  const item = def.type === 'array' ? def.element : undefined;
  if (item && plain(item)) return leavesOf(item, `${path}[]`, required);
  if (plain(schema)) {
    return Object.entries<Row['request']>(def.shape).flatMap(([key, one]) =>
      leavesOf(one, path ? `${path}.${key}` : key),
    );
  }
  const { limits, types } = collect(schema);
  const type = types.at(-1);
  return [
    {
      path,
      required,
      type: type === 'array' ? 'list' : type === 'object' || type === 'number' ? type : 'text',
      // A closed list of codes takes a number too, and says nothing of it.
      loose: types.includes('transform') && type !== 'enum',
      members: Object.keys((item ?? (schema as Any))._zod.def.shape ?? {}),
      limits: [...new Set(limits)],
    },
  ];
}

function plain(schema: Any): boolean {
  const { type, catchall } = schema._zod.def;
  return type === 'object' && !catchall;
}

/** Types and keys of problems along a pipe, in its order. */
function collect(schema: Any): { types: string[]; limits: string[] } {
  const { def } = schema._zod;
  const own = [def.error, ...(def.checks ?? []).map((check: Any) => check._zod.def.error)]
    .map((error) => error?.({}))
    .filter((key) => typeof key === 'string');
  if (def.type !== 'pipe') return { types: [def.type], limits: own };
  const parts = [collect(def.in), collect(def.out)];
  return {
    types: parts.flatMap(({ types }) => types),
    limits: [...parts.flatMap(({ limits }) => limits), ...own],
  };
}
