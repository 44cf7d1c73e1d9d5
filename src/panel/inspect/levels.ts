/** Steps of colour for what is seen in a network. */

/** Bits from which a character's surprise is in step 1, 2, …: a certain character has 0, one of 98 alike 6.6. */
export const SURPRISE_STEPS = [0.5, 1, 2, 3, 4.5, 6, 8] as const;

/** Step of surprise, 0 to 7. */
export function surpriseLevel(bits: number): number {
  return SURPRISE_STEPS.filter((step) => bits >= step).length;
}

/** Steps of an activation on either side of 0. */
const ACTIVATION_STEPS = 4;

/** Step of an activation from −1 to 1, −4 to 4. */
export function activationLevel(activation: number): number {
  // No negative zero.
  return Math.round(activation * ACTIVATION_STEPS) + 0;
}

const LOOK_BACK_STEPS = 7;

/**
 * Steps of gradient norms, 0 to 7. By their square root, so that what mattered little is still seen beside what
 * mattered most.
 */
export function lookBackLevels(norms: readonly number[]): number[] {
  const largest = Math.max(...norms, Number.MIN_VALUE);
  return norms.map((norm) => Math.round(Math.sqrt(norm / largest) * LOOK_BACK_STEPS));
}

/** Number of characters, counted back from the last, that make up half of the sum of the norms. */
export function halfOf(norms: readonly number[]): number {
  const half = norms.reduce((sum, norm) => sum + norm, 0) / 2;
  let sum = 0;
  let count = 0;
  while (sum < half) {
    count++;
    sum += norms.at(-count)!;
  }
  return count;
}

/** Index of the character that a key moves to from `at`; null for a key that moves nowhere. */
export function movedBy(key: string, characters: readonly string[], at: number): number | null {
  const lineStart = startOfLine(characters, at);
  const lineEnd = endOfLine(characters, at);
  const within = (start: number) => Math.min(start + at - lineStart, endOfLine(characters, start));
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'ArrowRight':
      return Math.min(characters.length - 1, at + 1);
    case 'Home':
      return lineStart;
    case 'End':
      return lineEnd;
    case 'ArrowUp':
      return lineStart === 0 ? at : within(startOfLine(characters, lineStart - 1));
    case 'ArrowDown':
      return lineEnd === characters.length - 1 ? at : within(lineEnd + 1);
    default:
      return null;
  }
}

function startOfLine(characters: readonly string[], at: number): number {
  return at === 0 ? 0 : characters.lastIndexOf('\n', at - 1) + 1;
}

/** Index of the line feed that ends the line of `at`, or of the text's last character. */
function endOfLine(characters: readonly string[], at: number): number {
  const end = characters.indexOf('\n', at);
  return end < 0 ? characters.length - 1 : end;
}
