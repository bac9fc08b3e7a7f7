export interface Ratio {
  key: string;
  what: string;
  /** Median over the rounds. */
  ratio: number;
  range: [number, number];
  budget: { atMost?: number; atLeast?: number } | undefined;
}

/** Alternates the two and compares the rounds pairwise. Both give how long they took, in any unit. */
export async function compare(
  rounds: number,
  ours: () => number | Promise<number>,
  theirs: () => number | Promise<number>,
): Promise<{ ratio: number; range: [number, number] }> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Whoever goes first has the colder caches: take turns.
    const [first, second] = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
    const [a, b] = [await first(), await second()];
    ratios.push(round % 2 === 0 ? a / b : b / a);
  }
  ratios.sort((a, b) => a - b);
  return { ratio: ratios[Math.floor(rounds / 2)] ?? 0, range: [ratios[0] ?? 0, ratios.at(-1) ?? 0] };
}
