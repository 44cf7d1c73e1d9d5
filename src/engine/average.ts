/** Step of `Trainer.average`, in place, for engines whose parameters are at hand: float32 in, float32 out. */
export function moveTowards(average: Float32Array, parameters: Float32Array, weight: number): void {
  for (let i = 0; i < average.length; i++) {
    average[i]! += weight * (parameters[i]! - average[i]!);
  }
}
