import { isBoundary } from '../../src/completion/boundary';
import type { Random } from '../../src/model/random';

const PIECES = [
  'self',
  '.',
  'x = 1',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '    ',
  'é',
  '😀',
  '\ud83d',
  '\ude00',
  '"""',
  ')',
  'return\n',
];

/** A document with a cursor, changed the way an editor might, or a hostile client. */
export class Typist {
  readonly #random: Random;
  text = '';
  cursor = 0;
  constructor(random: Random) {
    this.#random = random;
  }

  act(): void {
    const at = this.#below(this.text.length + 1);
    switch (this.#below(10)) {
      case 0: // jumps
        this.cursor = at;
        break;
      case 1: // deletes back
        this.#replace(Math.max(0, this.cursor - 1 - this.#below(4)), this.cursor, '');
        break;
      case 2: // edits elsewhere, the cursor staying on its text
        this.#replaceElsewhere(at, this.#piece());
        break;
      case 3: // replaces a range
        this.#replace(at, Math.min(this.text.length, at + this.#below(40)), this.#piece());
        break;
      case 4: // pastes a lot, sometimes on one line
        this.#replace(at, at, (this.#piece() + this.#piece()).repeat(this.#below(300)));
        break;
      case 5: // starts again
        if (this.#below(20) === 0) {
          this.#replace(0, this.text.length, '');
        }
        break;
      default: // types
        this.#replace(this.cursor, this.cursor, this.#piece());
    }
    if (!isBoundary(this.text, this.cursor)) {
      this.cursor--;
    }
  }

  #replace(start: number, end: number, text: string): void {
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    this.cursor = start + text.length;
  }

  #replaceElsewhere(at: number, text: string): void {
    const cursor = at <= this.cursor ? this.cursor + text.length : this.cursor;
    this.#replace(at, at, text);
    this.cursor = cursor;
  }

  #piece(): string {
    return PIECES[this.#below(PIECES.length)]!;
  }

  #below(n: number): number {
    return Math.floor(this.#random.next() * n);
  }
}
