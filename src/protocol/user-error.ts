import { printable } from './printable';

/**
 * An error whose message is one clear sentence for the person using Understudy: what is wrong and what to do.
 * Whoever talks to that person (command line, server, trainer) shows `message` alone; any other error is a defect
 * and is shown with its stack. Sentences quote file names and the like, so they are made printable here.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(sentence: string, options?: ErrorOptions) {
    super(printable(sentence), options);
  }
}
