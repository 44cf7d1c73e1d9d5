/** The end of a file, and what is then typed: there the bookshop always goes on in the same way. */
export const UNFINISHED = '\n    def same(self, other):\n        return self.number == ';
export const TYPED = 'other.';
export const CONTINUATION = 'number';

/** Minutes that no test waits for: it stops the training when enough is learnt, however busy the machine is. */
export const LONG = 60;

/**
 * Under this many bits per character on its training text the network knows the bookshop's phrases, and is sure of
 * them.
 */
export const LEARNT = 0.25;
