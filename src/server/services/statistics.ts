import { dirname } from 'node:path';
import * as v from 'valibot';
import { quantiles } from '../../metrics/quantiles';
import { Statistics } from '../../protocol/statistics';
import { replaceFileAtomically } from '../../storage/durable-file';
import { parseJson } from '../../storage/json';
import { makeFolder, tighten } from '../../storage/private-folder';
import { readRegularFileSync } from '../../storage/regular-file';

/** Requests whose times are remembered. */
const TIMED = 500;
/** Milliseconds between two tellings, so that figures can be read while one types. */
const TELL_SPACING = 500;
/** Bytes of the file at most. */
const LARGEST = 64 * 1024;
/** Milliseconds between two writes of the file. */
const WRITE_SPACING = 10_000;

const Counts = v.omit(Statistics, ['latency']);
type Counts = v.InferOutput<typeof Counts>;

type Figures = Pick<Counts, 'shown' | 'accepted' | 'characters'>;

/** A suggestion in an editor, and how much of it the document holds by now. */
interface Pending {
  readonly uri: string;
  readonly before: string;
  readonly after: string;
  readonly text: string;
  /** Epoch that the user had chosen to suggest from; null for the newest. */
  readonly epoch: number | null;
  taken: number;
  isAccepted: boolean;
}

/**
 * Infers acceptances of suggestions from document changes, because the protocol does not report them. Counts
 * suggestions shown and accepted, and keeps the times of requests.
 */
export class SuggestionStatistics {
  readonly #path: string;
  readonly #onChange: (statistics: Statistics) => void;
  readonly #times: number[] = [];
  #counts: Counts;
  #pending: Pending | null = null;
  #write: NodeJS.Timeout | null = null;
  #telling: NodeJS.Timeout | null = null;

  /** @param notify is told soon after a change */
  constructor(path: string, notify: (statistics: Statistics) => void = () => {}) {
    tighten(path);
    this.#path = path;
    this.#onChange = notify;
    this.#counts = readCounts(path) ?? nothing();
  }

  get statistics(): Statistics {
    return { ...this.#counts, latency: this.#times.length === 0 ? null : quantiles(this.#times) };
  }

  /**
   * A request was answered: with `suggestion` at `offset` of the document, or with nothing.
   *
   * @param epoch that the user has chosen to suggest from; null for the newest
   */
  answered(
    uri: string,
    text: string,
    offset: number,
    suggestion: string | null,
    milliseconds: number,
    epoch: number | null = null,
  ): void {
    this.#times.push(milliseconds);
    this.#tellSoon();
    if (this.#times.length > TIMED) {
      this.#times.shift();
    }
    if (suggestion === null) {
      return;
    }
    const [before, after] = [withLineFeeds(text.slice(0, offset)), withLineFeeds(text.slice(offset))];
    if (this.#goesOn(uri, before, suggestion)) {
      return;
    }
    this.#pending = { uri, before, after, text: suggestion, epoch, taken: 0, isAccepted: false };
    this.#count({ shown: 1 }, epoch);
  }

  /** A document has changed to `text`. */
  changed(uri: string, text: string): void {
    const pending = this.#pending;
    if (pending?.uri !== uri) {
      return;
    }
    const taken = takenIn(withLineFeeds(text), pending);
    if (taken === null) {
      this.#pending = null;
      return;
    }
    const atOnce = pending.text.slice(pending.taken, taken);
    pending.taken = taken;
    // One character was typed, and so was a line end with what the editor indents after it.
    if (atOnce.length < 2 || atOnce.trim() === '') {
      return;
    }
    this.#count({ accepted: pending.isAccepted ? 0 : 1, characters: atOnce.length }, pending.epoch);
    pending.isAccepted = true;
  }

  /** Counts anew; what that gives is empty. */
  reset(): Statistics {
    this.#counts = nothing();
    this.#times.length = 0;
    this.#pending = null;
    this.#writeSoon();
    this.#tellSoon();
    return this.statistics;
  }

  /** Writes what is not yet written; a client that goes away without a word may lose some seconds. */
  async flush(): Promise<void> {
    if (this.#write === null) {
      return;
    }
    clearTimeout(this.#write);
    this.#write = null;
    makeFolder(dirname(this.#path));
    await replaceFileAtomically(this.#path, JSON.stringify(this.#counts));
  }

  /** Whether a suggestion is the rest of the one before, after some of it was typed. */
  #goesOn(uri: string, before: string, suggestion: string): boolean {
    const pending = this.#pending;
    if (pending?.uri !== uri) {
      return false;
    }
    const { text, taken } = pending;
    return text.slice(taken) === suggestion && before === pending.before + text.slice(0, taken);
  }

  /** A new training has begun: its epochs are other networks. */
  forgetEpochs(): void {
    this.#counts = { ...this.#counts, byEpoch: [] };
    this.#writeSoon();
    this.#tellSoon();
  }

  #count(change: Partial<Figures>, epoch: number | null): void {
    const { since, byEpoch } = this.#counts;
    this.#counts = {
      since,
      ...sum(this.#counts, change),
      byEpoch: epoch === null ? byEpoch : counted(byEpoch, epoch, change),
    };
    this.#writeSoon();
    this.#tellSoon();
  }

  #tellSoon(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = null;
      this.#onChange(this.statistics);
    }, TELL_SPACING).unref();
  }

  #writeSoon(): void {
    // Statistics that cannot be written are not worth an error.
    this.#write ??= setTimeout(() => void this.flush().catch(() => {}), WRITE_SPACING).unref();
  }
}

function sum(figures: Figures, { shown = 0, accepted = 0, characters = 0 }: Partial<Figures>): Figures {
  return {
    shown: figures.shown + shown,
    accepted: figures.accepted + accepted,
    characters: figures.characters + characters,
  };
}

/** Figures by rising epoch, with a change of one epoch's. */
function counted(byEpoch: Counts['byEpoch'], epoch: number, change: Partial<Figures>): Counts['byEpoch'] {
  const before = byEpoch.find((entry) => entry.epoch === epoch) ?? { shown: 0, accepted: 0, characters: 0 };
  const others = byEpoch.filter((entry) => entry.epoch !== epoch);
  return [...others, { epoch, ...sum(before, change) }].sort((a, b) => a.epoch - b.epoch);
}

/** Suggestions have line feeds alone; editors insert them as the line ends of the document. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}

/** Characters of a suggestion that stand in the document; null where the document is not the suggestion's any more. */
function takenIn(text: string, { before, after, text: suggestion }: Pending): number | null {
  const taken = text.length - before.length - after.length;
  if (taken < 0 || taken > suggestion.length) {
    return null;
  }
  const expected = before + suggestion.slice(0, taken);
  return text.startsWith(expected) && text.endsWith(after) ? taken : null;
}

function nothing(): Counts {
  return { since: new Date().toISOString(), shown: 0, accepted: 0, characters: 0, byEpoch: [] };
}

function readCounts(path: string): Counts | null {
  try {
    return v.parse(Counts, parseJson(readRegularFileSync(path, LARGEST).toString('utf8')));
  } catch {
    return null;
  }
}
