import { characterOf, encode, LINE_FEED_SYMBOL, UNKNOWN } from '../python/alphabet';
import type { Constraint } from './code-aware/constraint';
import type { Reader } from './experts/expert';
import type { Reading } from './reading';

/** Predicted character and its probability, 0 to 1. */
export interface Character {
  readonly text: string;
  /** Probability that it comes after everything before it: the expert's, under the constraint. */
  readonly probability: number;
}

/**
 * Node in the tree of continuations: a character that stands after everything above it. The root is the place of the
 * cursor (no text, probability 1).
 */
export interface ContinuationNode extends Character {
  /** Null for the root. */
  readonly parent: ContinuationNode | null;
  /** Children, the likeliest first; empty where nobody looked further. */
  readonly next: readonly ContinuationNode[];
  /** The line most probably ends here, and no farther is looked; `next` is what may come instead. */
  readonly endsLine: boolean;
}

/** Options of expanding continuations: their least probability, their end and how they are cancelled. */
export interface ContinuationOptions {
  /**
   * Least probability of a continuation: it stops at the first character with which it is less probable, which is
   * included where it is the likeliest there.
   */
  readonly floor: number;
  /** Go on over line ends; else the first one is the end. */
  readonly severalLines: boolean;
  /** Rejects the promise. */
  readonly signal?: AbortSignal | undefined;
  /** Ends all continuations where they are; the likeliest comes first. */
  readonly hurry?: AbortSignal | undefined;
  /** There is time for the likeliest one, however great the hurry. */
  readonly ignoreHurryForFirst?: boolean;
}

/** No continuation has more characters. */
export const LONGEST = 240;

/** The tree as it grows. */
interface GrowingNode extends ContinuationNode {
  readonly next: GrowingNode[];
  endsLine: boolean;
}

/** A continuation after which nothing has been foreseen yet. */
interface Branch {
  readonly last: GrowingNode;
  readonly symbols: readonly number[];
  /** Probability of the whole continuation. */
  readonly probability: number;
  /** Stands before its last symbol while it waits; never advanced. */
  readonly reader: Reader;
}

/**
 * Tree of the continuations of `before` whose probability is at least `floor`, each up to where a character outside the
 * alphabet is likelier. There are at most 1 / floor, which mostly differ late, so that they cost little more than the
 * likeliest alone (34 characters, not 25, for a place in Django at a floor of 0.1). `constraintHere` makes constraints
 * that stand at the cursor; `before` is the text that is read up to there. Gives the root.
 */
export async function expandContinuations(
  reading: Reading<Reader>,
  before: string,
  constraintHere: () => Constraint,
  options: ContinuationOptions,
): Promise<ContinuationNode> {
  const root: GrowingNode = { text: '', probability: 1, parent: null, next: [], endsLine: false };
  const start = { last: root, symbols: [], probability: 1, reader: await reading.read(before, options.signal) };
  // The likeliest continuation is kept for when it is typed.
  const imagine: Step = (_, text, length) => reading.imagine(before.length + length, text);
  const first = options.ignoreHurryForFirst ? { ...options, hurry: undefined } : options;
  const branches = await follow(start, constraintHere(), imagine, first);
  // More are found on the way.
  for (const branch of branches) {
    if (options.hurry?.aborted) {
      break;
    }
    const constraint = constraintHere();
    for (const symbol of branch.symbols) {
      constraint.advance(symbol);
    }
    const reader = await readOn(branch.reader, branch.last.text);
    branches.push(...(await follow({ ...branch, reader }, constraint, readOn, options)));
  }
  return root;
}

/** Reads a character, so many after the cursor. */
type Step = (reader: Reader, text: string, length: number) => Promise<Reader>;

/** A copy of the reader that has read on. */
async function readOn(reader: Reader, text: string): Promise<Reader> {
  const next = reader.fork();
  await next.advance(encode(text));
  return next;
}

/**
 * Extends a branch by the likeliest character, again and again, and gives the other probable ones as branches of their
 * own. `branch.reader` and `constraint` stand after the branch; the constraint goes along.
 */
async function follow(
  branch: Branch,
  constraint: Constraint,
  read: Step,
  { floor, severalLines, signal, hurry }: ContinuationOptions,
): Promise<Branch[]> {
  const branches: Branch[] = [];
  let { last, symbols, probability, reader } = branch;
  while (symbols.length < LONGEST && !hurry?.aborted) {
    const [likeliest, ...others] = candidates(reader.probabilities, constraint);
    if (likeliest === undefined || likeliest.symbol === UNKNOWN) {
      break;
    }
    const isSure = probability * likeliest.probability >= floor;
    last.endsLine = likeliest.symbol === LINE_FEED_SYMBOL && !(severalLines && isSure);
    const next = last.endsLine ? null : grow(last, likeliest);
    for (const other of others) {
      if (probability * other.probability < floor) {
        break;
      }
      if (other.symbol === UNKNOWN || (other.symbol === LINE_FEED_SYMBOL && !severalLines)) {
        continue;
      }
      branches.push({
        last: grow(last, other),
        symbols: [...symbols, other.symbol],
        probability: probability * other.probability,
        reader,
      });
    }
    if (next === null || !isSure) {
      break;
    }
    signal?.throwIfAborted();
    constraint.advance(likeliest.symbol);
    reader = await read(reader, next.text, symbols.length);
    symbols = [...symbols, likeliest.symbol];
    probability *= next.probability;
    last = next;
  }
  return branches;
}

function grow(parent: GrowingNode, { symbol, probability }: Candidate): GrowingNode {
  const node = { text: characterOf(symbol), probability, parent, next: [], endsLine: false };
  parent.next.push(node);
  return node;
}

/**
 * The given characters and their likeliest continuation up to the line's end, however unsure. `constraint` stands at
 * the cursor; it goes along.
 */
export async function toLineEnd(
  reading: Reading<Reader>,
  before: string,
  constraint: Constraint,
  characters: readonly Character[],
  signal?: AbortSignal,
): Promise<Character[]> {
  const line: Character[] = [];
  let reader = await reading.read(before, signal);
  const write = async (symbol: number, character: Character) => {
    signal?.throwIfAborted();
    constraint.advance(symbol);
    reader = await reading.imagine(before.length + line.length, character.text);
    line.push(character);
  };
  for (const character of characters) {
    await write(encode(character.text)[0]!, character);
  }
  while (line.length < LONGEST) {
    const [next] = candidates(reader.probabilities, constraint);
    if (next === undefined || next.symbol === UNKNOWN || next.symbol === LINE_FEED_SYMBOL) {
      break;
    }
    await write(next.symbol, { text: characterOf(next.symbol), probability: next.probability });
  }
  return line;
}

interface Candidate {
  readonly symbol: number;
  readonly probability: number;
}

/** Less likely characters are not worth asking the constraint about: together they are less than 1 %. */
const NEGLIGIBLE = 1e-4;

/**
 * Symbols allowed under the constraint, most probable first. Probabilities are renormalised over what the constraint
 * leaves, because that is what turns out true: on held-out Django, with a small network, the most probable symbol was
 * right in 68 % of all places (expert's own probability 61 %, renormalised 66 %), and in 78 % of those where more than
 * a tenth would have made up a name (41 %, 75 %).
 */
function candidates(probabilities: Float32Array, constraint: Constraint): Candidate[] {
  const weighed: Candidate[] = [];
  let total = 0;
  for (let symbol = 0; symbol < probabilities.length; symbol++) {
    const isNegligible = probabilities[symbol]! < NEGLIGIBLE;
    const weight = probabilities[symbol]! * (isNegligible ? 1 : constraint.factor(symbol));
    total += weight;
    if (!isNegligible && weight > 0) {
      weighed.push({ symbol, probability: weight });
    }
  }
  return weighed
    .map(({ symbol, probability }) => ({ symbol, probability: probability / total }))
    .sort((a, b) => b.probability - a.probability);
}

/** The characters from the root up to this one. */
export function pathTo(end: ContinuationNode): ContinuationNode[] {
  const path: ContinuationNode[] = [];
  for (let at = end; at.parent; at = at.parent) {
    path.unshift(at);
  }
  return path;
}

/** The likeliest characters after this one, up to where the line ends or looking did. */
export function likeliestAfter(start: ContinuationNode): ContinuationNode[] {
  const path: ContinuationNode[] = [];
  let at: ContinuationNode | undefined = start.endsLine ? undefined : start.next[0];
  while (at !== undefined) {
    path.push(at);
    at = at.endsLine ? undefined : at.next[0];
  }
  return path;
}

export function textOf(characters: readonly Character[]): string {
  return characters.map(({ text }) => text).join('');
}
