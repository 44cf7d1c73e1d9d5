/**
 * Whether an offset is a boundary: not between CR and LF, not inside a surrogate pair. Texts are counted in UTF-16 code
 * units (as LSP does), symbols one per code point with CR LF as one line feed; at a boundary both countings agree.
 */
export function isBoundary(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) {
    return true;
  }
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  const splitsLineEnd = before === 13 && after === 10;
  const splitsPair = (before & 0xfc00) === 0xd800 && (after & 0xfc00) === 0xdc00;
  return !splitsLineEnd && !splitsPair;
}

/** The last boundary at or before `offset`, which may lie outside the text. */
export function boundaryBefore(text: string, offset: number): number {
  const inside = Math.min(Math.max(Math.trunc(offset) || 0, 0), text.length);
  return isBoundary(text, inside) ? inside : inside - 1;
}
