/**
 * Near-duplicates of texts, by the share of a text's shingles that an earlier one has too (Broder 1997, "On the
 * resemblance and containment of documents"). A shingle is `TOKENS` tokens in a row. Only hashes that are 0 modulo
 * `SAMPLING` are kept, so that what two texts share is kept in both.
 */
const TOKENS = 10;
const SAMPLING = 8;
/** Texts with fewer kept hashes are too short to be judged. */
const FEWEST = 4;
/** Texts noted for one shingle at most: what more have is boilerplate, and those noted stand for the rest. */
const MOST_OWNERS = 30;

/** Kept hashes of a text's shingles. */
type Shingles = ReadonlySet<number>;

export class NearDuplicates<Name> {
  readonly #owners = new Map<number, number[]>();
  readonly #names: Name[] = [];

  /** The earlier text that holds more than `share` of these shingles, or null. */
  find(hashes: Shingles, share: number): Name | null {
    if (hashes.size < FEWEST) {
      return null;
    }
    const shared = new Map<number, number>();
    for (const hash of hashes) {
      for (const owner of this.#owners.get(hash) ?? []) {
        shared.set(owner, (shared.get(owner) ?? 0) + 1);
      }
    }
    const [owner, count] = [...shared].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [-1, 0]);
    return count > share * hashes.size ? this.#names[owner]! : null;
  }

  add(name: Name, hashes: Shingles): void {
    const owner = this.#names.push(name) - 1;
    for (const hash of hashes) {
      const owners = this.#owners.get(hash);
      if (owners === undefined) {
        this.#owners.set(hash, [owner]);
      } else if (owners.length < MOST_OWNERS) {
        owners.push(owner);
      }
    }
  }
}

export function shinglesOf(text: string): Shingles {
  const tokens = tokenHashes(text);
  const sampled = new Set<number>();
  for (let end = TOKENS; end <= tokens.length; end++) {
    let hash = FNV_OFFSET;
    for (let i = end - TOKENS; i < end; i++) {
      hash = Math.imul(hash ^ tokens[i]!, FNV_PRIME);
      hash ^= hash >>> 15;
    }
    if (hash % SAMPLING === 0) {
      sampled.add(hash);
    }
  }
  return sampled;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A hash (FNV-1a) for each word and each other character but white space and comments. */
function tokenHashes(text: string): number[] {
  const hashes: number[] = [];
  let word = 0;
  let isComment = false;
  for (let i = 0; i <= text.length; i++) {
    const unit = i < text.length ? text.charCodeAt(i) : LINE_FEED;
    isComment = unit !== LINE_FEED && (isComment || unit === NUMBER_SIGN);
    if (!isComment && isWordUnit(unit)) {
      word = Math.imul((word === 0 ? FNV_OFFSET : word) ^ unit, FNV_PRIME);
      continue;
    }
    if (word !== 0) {
      hashes.push(word);
      word = 0;
    }
    if (!isComment && unit > SPACE) {
      hashes.push(unit);
    }
  }
  return hashes;
}

const LINE_FEED = 10;
const SPACE = 32;
const NUMBER_SIGN = 35;
const UNDERSCORE = 95;

function isWordUnit(unit: number): boolean {
  const lower = unit | 32;
  return (unit >= 48 && unit <= 57) || (lower >= 97 && lower <= 122) || unit === UNDERSCORE || unit > 127;
}
