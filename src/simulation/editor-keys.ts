/**
 * Keys that it takes to type each character of a Python text in an editor that indents new lines by itself, the way VS
 * Code does: as the line before, a level deeper after a colon or an opening bracket, a level less deep after a
 * statement that leaves the block. What it indents costs nothing; each level more or less is a key, counted with the
 * line end.
 */
export function editorKeys(text: string): Uint8Array {
  const keys = new Uint8Array(text.length).fill(1);
  let above = '';
  for (const { 0: line, index } of text.matchAll(/.+/g)) {
    if (line.trim() === '') {
      continue;
    }
    const given = indentationAfter(above);
    const wanted = indentationOf(line);
    keys.fill(0, index, index + wanted);
    if (index > 0) {
      keys[index - 1]! += Math.ceil(Math.abs(wanted - given) / LEVEL);
    }
    above = line;
  }
  return keys;
}

const LEVEL = 4;

/** Characters of white space at the start of a line. */
function indentationOf(line: string): number {
  return line.length - line.trimStart().length;
}

function indentationAfter(line: string): number {
  const own = indentationOf(line);
  if (/[:([{]\s*$/.test(line)) {
    return own + LEVEL;
  }
  return /^\s*(return|pass|raise|break|continue)\b/.test(line) ? Math.max(0, own - LEVEL) : own;
}
