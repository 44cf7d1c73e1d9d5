/**
 * An error whose message is one clear sentence for the person using Understudy: what is wrong and what to do.
 * Whoever talks to that person (command line, server, trainer) shows `message` alone; any other error is a defect
 * and is shown with its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}
