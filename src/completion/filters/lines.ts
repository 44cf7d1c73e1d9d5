/**
 * The text up to the first of its lines that `isUnwanted`, without the line end before that. The first line is the
 * cursor's own: `lineBefore` and the text's first line together.
 */
export function cutBeforeLine(
  lineBefore: string,
  text: string,
  isUnwanted: (line: string, index: number) => boolean,
): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line, i) => isUnwanted(i === 0 ? lineBefore + line : line, i));
  return first < 0 ? text : lines.slice(0, first).join('\n');
}
