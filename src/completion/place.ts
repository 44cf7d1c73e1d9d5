import type { Syntax } from './code-aware/syntax';
import type { Names } from './code-aware/vocabulary';

/** A cursor in a document, as lines of text. */
export interface Place {
  /** Text of the cursor's line before and after the cursor, without the line end. */
  readonly lineBefore: string;
  readonly lineAfter: string;
  /** The nearest lines that are not blank: up to two above, nearest first, and one below, or ''. */
  readonly linesAbove: readonly string[];
  readonly lineBelow: string;
}

/** A cursor in code. */
export interface CodePlace extends Place {
  readonly syntax: Syntax;
  /** Names that may be written there. */
  readonly known: Names;
}

/** Characters looked at on each side; lines further away do not matter. */
const NEIGHBOURHOOD = 4000;

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(Math.max(0, offset - NEIGHBOURHOOD), offset).split(/\r\n|\r|\n/);
  const after = text.slice(offset, offset + NEIGHBOURHOOD).split(/\r\n|\r|\n/);
  const isFilled = (line: string) => line.trim() !== '';
  return {
    lineBefore: before.pop()!,
    lineAfter: after.shift()!,
    linesAbove: before.filter(isFilled).slice(-2).reverse(),
    lineBelow: after.find(isFilled) ?? '',
  };
}

/**
 * Whether code follows the cursor in its line. Closers do not count, nor a colon, brace, semicolon or comma after them:
 * editors put those there, and suggestions go before them.
 */
export function isMidLine(lineAfter: string): boolean {
  // Step by step: one expression for all of it would try every way to share blanks out between its parts.
  const afterClosers = lineAfter.trimStart().replace(/^[)>}\]"'`]+/, '');
  return (
    afterClosers
      .trimStart()
      .replace(/^[:{;,]/, '')
      .trimStart() !== ''
  );
}
