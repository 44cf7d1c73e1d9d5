import { printable } from '../protocol/printable';

/**
 * A path as one word of a command that is printed to be copied into a shell: it names this path, whatever stands in it,
 * and runs nothing.
 */
export function shellQuoted(path: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? quotedForWindows(path) : quotedForPosix(path);
}

/** Letters, digits and signs that no shell takes for anything else. */
const PLAIN = /^[\w./][\w./:@+,=-]*$/;
const PLAIN_ON_WINDOWS = /^[\w.\\/][\w.:\\/-]*$/;

function quotedForPosix(path: string): string {
  const named = path.startsWith('-') ? `./${path}` : path;
  if (PLAIN.test(named)) {
    return named;
  }
  return printable(named) === named ? `'${named.replaceAll("'", "'\\''")}'` : printed(named);
}

/**
 * With control characters, which a terminal would not show, and $'…', which not every sh knows, `printf` writes the
 * name, from octal codes alone. What it has written loses the line feeds at its end, so a slash follows those: it is a
 * folder.
 */
function printed(path: string): string {
  const whole = path.endsWith('\n') ? `${path}/` : path;
  const written = Array.from(Buffer.from(whole), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w./-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"$(printf '${written.join('')}')"`;
}

/**
 * Double quotes, inside which cmd.exe takes all but `%` for what it is, and PowerShell all but `$`, backticks and
 * quotation marks (a name can hold the typographic ones, which mean the same to it). These get PowerShell's backtick:
 * pasted into cmd.exe such a name is then another one, which does not exist. For `%NAME%` there is nothing that both
 * understand: cmd.exe replaces it where there is such a variable.
 */
function quotedForWindows(path: string): string {
  const named = path.startsWith('-') ? `.\\${path}` : path;
  if (PLAIN_ON_WINDOWS.test(named)) {
    return named;
  }
  // A backslash before the closing quote would take it for a part of the name.
  return `"${named.replace(/[$`\u201c-\u201e]/g, '`$&').replace(/\\+$/, '$&$&')}"`;
}
