export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Measures every contestant once a round, so that whatever else the machine does falls on all of them alike; gives
 * each one's median.
 */
export async function takeTurns(contestants: readonly (() => Promise<number>)[], rounds: number): Promise<number[]> {
  const measured: number[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, measure] of contestants.entries()) {
      measured[i]!.push(await measure());
    }
  }
  return measured.map(median);
}
