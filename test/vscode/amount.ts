/** Minutes that no test waits for: it stops the training when enough is learnt, however busy the machine is. */
export const LONG = 60;

/** Under this many bits per character on its training text the network knows the bookshop's phrases. */
export const LEARNT = 0.9;
