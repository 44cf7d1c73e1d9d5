/**
 * Node's options for the server and the trainer. V8 would let the space for new objects grow to twice 16 MB, or 64 MB
 * with Node 24, which a process that computes for hours fills with garbage; a smaller one costs no time here.
 */
export const NODE_OPTIONS: readonly string[] = ['--max-semi-space-size=4'];
