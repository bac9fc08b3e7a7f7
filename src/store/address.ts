/** Where a store is. */
export type StoreAddress = { file: string } | { url: string };

/** @param text `sqlite:PATH` or `postgres://…`. @returns undefined for anything else. */
export function readStoreAddress(text: string): StoreAddress | undefined {
  const file = /^sqlite:(.+)$/.exec(text)?.[1];
  if (file !== undefined) return { file };
  return /^postgres(ql)?:\/\//.test(text) ? { url: text } : undefined;
}
