import type { TextRange } from '../samples/marked-text';

/** Words, white space, and other characters one by one. */
const TOKEN = /\w+|\s+|[^\w\s]/g;

/** Most tokens of a side that are compared one by one; what goes beyond counts as different. */
const MOST_TOKENS = 1500;

interface Token extends TextRange {
  readonly text: string;
}

/**
 * Parts of each of two texts that are not in their longest common subsequence of words and signs (Wagner and Fischer,
 * 1974).
 */
export function differences(left: string, right: string): readonly [TextRange[], TextRange[]] {
  const [a, b] = [tokensOf(left), tokensOf(right)];
  const common = commonTokens(a.slice(0, MOST_TOKENS), b.slice(0, MOST_TOKENS));
  const leftCommon = new Set(common.map(([i]) => i));
  const rightCommon = new Set(common.map(([, j]) => j));
  return [others(a, leftCommon), others(b, rightCommon)];
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map(({ 0: token, index }) => ({
    text: token,
    start: index,
    end: index + token.length,
  }));
}

/** Pairs of indices of tokens that both have in common, in order. */
function commonTokens(a: readonly Token[], b: readonly Token[]): [number, number][] {
  // lengths[i × width + j]: length of the longest common subsequence of a from i on and b from j on.
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i]!.text === b[j]!.text
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i]!.text === b[j]!.text) {
      pairs.push([i++, j++]);
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) {
      i++;
    } else {
      j++;
    }
  }
  return pairs;
}

/** The tokens that are not common, neighbours joined. White space alone is nothing to see. */
function others(tokens: readonly Token[], common: ReadonlySet<number>): TextRange[] {
  const ranges: { start: number; end: number }[] = [];
  tokens.forEach(({ text, start, end }, i) => {
    if (common.has(i) || text.trim() === '') {
      return;
    }
    const last = ranges.at(-1);
    if (last?.end === start) {
      last.end = end;
    } else {
      ranges.push({ start, end });
    }
  });
  return ranges;
}
