const NAMES_LICENCE = /copyright|licen[cs]e|SPDX/i;

/**
 * The text without the comments of copyright and licence at its head. A quarter of such files begin with the same
 * thousand characters, which a network would learn by heart; they stand in the notices that go with it. A line that
 * says how to run or to decode the file stays.
 */
export function withoutLicenceComment(text: string): string {
  const lines = text.split('\n');
  const isKept = (line: string) => /^#!|coding[:=]/.test(line);
  let from = 0;
  while (from < lines.length && isKept(lines[from]!)) {
    from++;
  }
  let to = from;
  while (to < lines.length && /^\s*(#.*)?$/.test(lines[to]!)) {
    to++;
  }
  const head = lines.slice(from, to);
  if (!NAMES_LICENCE.test(head.join('\n'))) {
    return text;
  }
  return [...lines.slice(0, from), ...head.filter(isKept), ...lines.slice(to)].join('\n');
}
