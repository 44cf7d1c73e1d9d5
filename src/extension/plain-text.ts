import { printable } from '../protocol/printable';

/** Sentences quote names that anybody may have chosen; VS Code is to show them and not to read anything into them. */

/** Text as Markdown, for a `MarkdownString`: all of Markdown's punctuation is escaped, and white space is a space. */
export function markdownText(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ').trim()).replaceAll(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Text for a notification, in which `[text](command:…)` would be a link and knows no escape: it is taken apart. */
export function notificationText(text: string): string {
  return printable(text).replaceAll('](', '] (');
}
