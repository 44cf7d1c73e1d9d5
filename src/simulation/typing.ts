import { KnownNames } from '../completion/code-aware/known-names';
import type { Names } from '../completion/code-aware/vocabulary';
import { Completer } from '../completion/completer';
import { THRESHOLDS } from '../completion/expected-savings';
import type { Expert } from '../completion/experts/expert';
import type { CorpusFile } from '../corpus/corpus';
import { decode } from '../python/alphabet';
import { editorKeys } from './editor-keys';
import type { Excerpt } from './excerpts';
import { type Keystrokes, Tally } from './keystrokes';
import { memoised } from './memoised';
import type { SimulatedModel } from './systems';

/** Names that files other than the typed one know; null where no name is unknown. */
type Workspace = Names | null;

interface TypingOptions {
  readonly workspace?: Workspace;
  readonly files?: readonly CorpusFile[];
  /** Whether it is also typed in an editor that indents new lines. */
  readonly inEditor?: boolean;
  /** Share of the time for it that has passed, where there is a limit: stretches then end when theirs is over. */
  readonly passed?: () => number;
  /** Rejects the promise with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Simulates typing the excerpts once per threshold and counts keystrokes. Where the completer shows exactly what
 * follows, it is accepted at once; else one character is typed. Every line is learnt when it has been typed at all
 * thresholds. `files` are in the order of the excerpts; those before the typed one are finished, and have been learnt
 * as well.
 */
export async function simulateTyping(
  system: SimulatedModel,
  excerpts: readonly Excerpt[],
  thresholds: readonly number[],
  { workspace = null, files = [], inEditor: isWanted = false, passed = () => 0, signal }: TypingOptions = {},
): Promise<Keystrokes[]> {
  const tallies = thresholds.map((threshold) => ({
    threshold,
    plain: new Tally(),
    inEditor: isWanted ? new Tally() : null,
  }));
  const unfinished = [...files];
  for (const [index, excerpt] of excerpts.entries()) {
    const isOver = () => passed() > (index + 1) / excerpts.length;
    if (isOver()) {
      continue;
    }
    const { name, text, from, to } = excerpt;
    while (unfinished.some((file) => file.name === name) && unfinished[0]!.name !== name) {
      const finished = unfinished.shift()!;
      await system.learn(finished.name, decode(finished.symbols));
    }
    await system.learn(name, text.slice(0, from));
    const expert = memoised(system.expert);
    const eachCharacter = new Uint8Array(text.length).fill(1);
    const typists = tallies.flatMap(({ threshold, plain, inEditor }) => {
      const typist = (keys: Uint8Array, tally: Tally) =>
        new TypingSimulator(completerWith(expert, threshold, workspace), excerpt, keys, tally);
      return [typist(eachCharacter, plain), ...(inEditor ? [typist(editorKeys(text), inEditor)] : [])];
    });
    for (const end of lineEnds(text, from, to)) {
      if (isOver()) {
        break;
      }
      for (const typist of typists) {
        await typist.typeTo(end, signal);
      }
      await system.learn(name, text.slice(0, end));
    }
  }
  return tallies.map(({ threshold, plain, inEditor }) => ({
    threshold,
    ...plain.result(),
    savedInEditor: inEditor?.result().saved ?? null,
  }));
}

/** Milliseconds for each request of someone who types a stretch and accepts nothing. */
export async function measureLatency(
  expert: Expert,
  { name, text, from, to }: Excerpt,
  workspace: Workspace = null,
): Promise<number[]> {
  const completer = completerWith(expert, THRESHOLDS.balanced, workspace);
  const times: number[] = [];
  for (let end = from; end <= to; end++) {
    const began = performance.now();
    await completer.complete({ uri: name, name, text: text.slice(0, end) }, end, { suggestions: 'balanced' });
    times.push(performance.now() - began);
  }
  return times;
}

function completerWith(expert: Expert, threshold: number, workspace: Workspace): Completer {
  const thresholds = { quiet: threshold, balanced: threshold, eager: threshold };
  // Nobody here types on before having read what is shown.
  let seconds = 0;
  return new Completer(expert, { thresholds, names: new KnownNames(workspace), now: () => ++seconds * 1000 });
}

/** Types one stretch; `keys` says how many it takes for each character of the file, none for what the editor writes. */
class TypingSimulator {
  readonly #completer: Completer;
  readonly #excerpt: Excerpt;
  readonly #keys: Uint8Array;
  readonly #tally: Tally;
  #at: number;

  constructor(completer: Completer, excerpt: Excerpt, keys: Uint8Array, tally: Tally) {
    this.#completer = completer;
    this.#excerpt = excerpt;
    this.#keys = keys;
    this.#tally = tally;
    this.#at = excerpt.from;
  }

  /** Goes on until `end` is reached; a suggestion may lead beyond it. */
  async typeTo(end: number, signal?: AbortSignal): Promise<void> {
    while (this.#at < end) {
      if (this.#keys[this.#at] === 0) {
        this.#at++;
      } else {
        await this.#typeOn(signal);
      }
    }
  }

  async #typeOn(signal?: AbortSignal): Promise<void> {
    const { name, text } = this.#excerpt;
    const at = this.#at;
    const document = { uri: name, name, text: text.slice(0, at) };
    const options = { suggestions: 'balanced', signal } as const;
    const { text: shown, probability } = await this.#completer.complete(document, at, options);
    const isRight = shown !== '' && text.startsWith(shown, at);
    const stop = at + (isRight ? shown.length : 1);
    const keys = this.#keys.subarray(at, stop).reduce((sum, count) => sum + count, 0);
    this.#tally.add({ shown, probability, isRight, keys });
    this.#at = stop;
  }
}

/** Ends of the lines of a stretch, each after its line feed. */
function* lineEnds(text: string, from: number, to: number): Generator<number> {
  for (let start = from; start < to; ) {
    const lineFeed = text.indexOf('\n', start);
    start = lineFeed < 0 ? to : Math.min(to, lineFeed + 1);
    yield start;
  }
}
