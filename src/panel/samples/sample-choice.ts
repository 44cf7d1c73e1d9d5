/** Epochs chosen to show their samples side by side; null for the default choice. */
export type EpochChoice = readonly number[] | null;

/** The epochs to show: what the user chose, or the first, a middle and the newest. */
export function shownEpochs(choice: EpochChoice, available: readonly number[]): number[] {
  const chosen = available.filter((epoch) => choice?.includes(epoch));
  if (chosen.length > 0) {
    return chosen;
  }
  const last = available.length - 1;
  const indices = new Set([0, Math.floor(last / 2), last]);
  return [...indices].flatMap((i) => available[i] ?? []);
}

/** The choice after a click on one epoch. The last one shown stays. */
export function toggled(choice: EpochChoice, available: readonly number[], epoch: number): EpochChoice {
  const shown = shownEpochs(choice, available);
  const next = shown.includes(epoch) ? shown.filter((other) => other !== epoch) : [...shown, epoch];
  return next.length === 0 ? choice : next;
}
