import { isBoundary } from './boundary';

/** Characters after the cursor that keep every snapshot: a continuation that may have been imagined there. */
const IMAGINED = 160;

/** Operations of a reader, whose `State` stands at a position in a text. */
export interface ReadingMethod<State> {
  /** Characters read before the work can be cancelled again. */
  readonly chunk: number;
  /** State at the start of a text. */
  open(): Promise<State>;
  /** A second one at the same place; the two go on independently. */
  fork(state: State): State;
  /** Reads on, changing `state`. Texts end at boundaries. */
  advance(state: State, text: string): Promise<void>;
}

interface Snapshot<State> {
  /** Offset in `Reading.text`. */
  readonly at: number;
  /** Stands after `text.slice(0, at)`; never advanced, only forked. */
  readonly state: State;
}

/**
 * Snapshots of a reader's state along one text. A reading may run ahead of the document: text that was imagined is kept
 * like text that was typed, and costs nothing when it is typed or accepted. Texts are compared to find the snapshots
 * that still hold, so a reading can never be out of date.
 */
export class Reading<State> {
  #text = '';
  /** Ascending; the first stands at 0. */
  #snapshots: Snapshot<State>[];
  readonly #method: ReadingMethod<State>;

  private constructor(method: ReadingMethod<State>, start: State) {
    this.#method = method;
    this.#snapshots = [{ at: 0, state: start }];
  }

  static async open<State>(method: ReadingMethod<State>): Promise<Reading<State>> {
    return new Reading(method, await method.open());
  }

  /** Number of snapshots; each takes the memory of one state. */
  get snapshots(): number {
    return this.#snapshots.length;
  }

  /** Characters of `text` that need no reading, because a snapshot stands after them. */
  reach(text: string): number {
    return this.#nearest(agreement(this.#text, text)).at;
  }

  /**
   * Reads `text` from the nearest snapshot on and gives the state after it, to look at or fork. What was read before a
   * cancellation is kept.
   */
  async read(text: string, signal?: AbortSignal): Promise<State> {
    const agreed = agreement(this.#text, text);
    if (agreed < text.length) {
      this.#truncate(agreed);
    }
    let { at, state } = this.#nearest(agreed);
    while (at < text.length) {
      signal?.throwIfAborted();
      const stop = nextStop(text, at, this.#method.chunk);
      state = this.#method.fork(state);
      await this.#method.advance(state, text.slice(at, stop));
      this.#keep({ at: stop, state }, text);
      at = stop;
    }
    this.#thin(text.length);
    return state;
  }

  /**
   * The state after `character`, imagined at `at`, where the last `read` or `imagine` ended. No step is taken where the
   * same was imagined before.
   */
  async imagine(at: number, character: string): Promise<State> {
    const end = at + character.length;
    const known = this.#snapshots.find((snapshot) => snapshot.at === end);
    if (known && this.#text.startsWith(character, at)) {
      return known.state;
    }
    const state = this.#method.fork(this.#nearest(at).state);
    // A line feed after a carriage return was read with it.
    const isOwnCharacter = isBoundary(this.#text.slice(at - 1, at) + character, 1);
    if (isOwnCharacter) {
      await this.#method.advance(state, character);
    }
    this.#truncate(at);
    this.#keep({ at: end, state }, this.#text + character);
    return state;
  }

  #truncate(length: number): void {
    this.#text = this.#text.slice(0, length);
    this.#snapshots = this.#snapshots.filter((snapshot) => snapshot.at <= length);
  }

  #nearest(offset: number): Snapshot<State> {
    return this.#snapshots.findLast((snapshot) => snapshot.at <= offset)!;
  }

  #keep(snapshot: Snapshot<State>, text: string): void {
    const after = this.#snapshots.findLastIndex((other) => other.at < snapshot.at) + 1;
    this.#snapshots.splice(after, 0, snapshot);
    if (snapshot.at > this.#text.length) {
      this.#text = text.slice(0, snapshot.at);
    }
  }

  /** Forgets snapshots that stand closer together than their distance from the cursor deserves. */
  #thin(cursor: number): void {
    let last = Number.NEGATIVE_INFINITY;
    this.#snapshots = this.#snapshots.filter(({ at }) => {
      const distance = at <= cursor ? cursor - at : Math.max(0, at - cursor - IMAGINED);
      const isDue = at === 0 || at === cursor || at - last >= spacing(distance);
      if (isDue) {
        last = at;
      }
      return isDue;
    });
  }
}

/** Distance between snapshots at `distance` characters from the cursor: an eighth of it, as a power of two. */
function spacing(distance: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, distance))) - 3);
}

/** Offset at which to stop reading and keep a snapshot next. */
function nextStop(text: string, at: number, chunk: number): number {
  const left = text.length - at;
  const stop = at + Math.min(left, chunk, spacing(left));
  return isBoundary(text, stop) ? stop : stop + 1;
}

/** Length of the common start of two texts, ending at a boundary of both. */
function agreement(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let agreed = 0;
  // Whole blocks first: comparing slices is far quicker than comparing characters.
  const BLOCK = 1024;
  while (agreed + BLOCK <= shorter && a.slice(agreed, agreed + BLOCK) === b.slice(agreed, agreed + BLOCK)) {
    agreed += BLOCK;
  }
  while (agreed < shorter && a.charCodeAt(agreed) === b.charCodeAt(agreed)) {
    agreed++;
  }
  return isBoundary(a, agreed) && isBoundary(b, agreed) ? agreed : agreed - 1;
}
