import * as v from 'valibot';
import { printable } from '../../protocol/printable';

/** Characters of a value that is quoted, at most. */
const QUOTED = 60;

/** Problem with the parameters of a message, in a sentence. */
export function problemOf(method: string, [issue]: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const path = v.getDotPath(issue);
  const where = path === null ? 'its parameters' : `"${path}"`;
  if (issue.input === undefined) {
    return `${method}: ${where} ${path === null ? 'are' : 'is'} missing.`;
  }
  if (issue.type === 'check') {
    return `${method}: ${where} ${issue.message}.`;
  }
  const received = issue.received.length > QUOTED ? `${issue.received.slice(0, QUOTED)}…` : issue.received;
  return `${method}: ${where} has to be ${issue.expected ?? issue.type}, not ${printable(received)}.`;
}
