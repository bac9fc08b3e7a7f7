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

export function isMissed({ ratio, budget }: Pick<Ratio, 'ratio' | 'budget'>): boolean {
  return (
    ratio > (budget?.atMost ?? Number.POSITIVE_INFINITY) ||
    ratio < (budget?.atLeast ?? Number.NEGATIVE_INFINITY)
  );
}

/** A budget as it is shown, e.g. `<= 1.5`; nothing where there is none. @param signs for at most and at least. */
export function inSigns(budget: Ratio['budget'], [atMost, atLeast] = ['<=', '>=']): string {
  if (budget?.atMost !== undefined) return `${atMost} ${budget.atMost}`;
  return budget?.atLeast !== undefined ? `${atLeast} ${budget.atLeast}` : '';
}
