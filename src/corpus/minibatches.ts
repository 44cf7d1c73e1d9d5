import { UserError } from '../protocol/user-error';

export interface Minibatch {
  /** [batch, seqlen] symbols. */
  inputs: Uint8Array;
  /** [batch, seqlen]: for every input the symbol that follows it in the text. */
  targets: Uint8Array;
  /** Epochs done before this minibatch, a real number. */
  epoch: number;
}

/**
 * The talk's order of minibatches. The text is cut into `batch` equal consecutive pieces. In epoch e, row k reads piece
 * k + e (modulo batch), `seqlen` symbols per minibatch: every row goes on, in the next minibatch and in the next epoch,
 * where it stopped, so the recurrent state is carried over as it is. Only the row that starts over at piece 0 meets a
 * break. The last few symbols, too few for another minibatch, are left out.
 */
export class Minibatches {
  readonly #text: Uint8Array;
  readonly #batch: number;
  readonly #seqlen: number;
  /** Minibatches in an epoch. */
  readonly perEpoch: number;

  /**
   * @param batch rows
   * @param seqlen symbols per row and minibatch
   * @throws UserError when the text is too short for one minibatch
   */
  constructor(text: Uint8Array, batch: number, seqlen: number) {
    this.#text = text;
    this.#batch = batch;
    this.#seqlen = seqlen;
    // One symbol more than there are inputs, for the last target.
    this.perEpoch = Math.floor((text.length - 1) / (batch * seqlen));
    if (this.perEpoch < 1) {
      throw tooShort(text.length, batch, seqlen);
    }
  }

  /** The minibatch of global step `index` (0, 1, 2 … over all epochs). */
  at(index: number): Minibatch {
    const [batch, seqlen, text] = [this.#batch, this.#seqlen, this.#text];
    const { perEpoch } = this;
    const epoch = Math.floor(index / perEpoch);
    const offset = (index % perEpoch) * seqlen;
    const inputs = new Uint8Array(batch * seqlen);
    const targets = new Uint8Array(batch * seqlen);
    for (let row = 0; row < batch; row++) {
      const start = ((row + epoch) % batch) * perEpoch * seqlen + offset;
      inputs.set(text.subarray(start, start + seqlen), row * seqlen);
      targets.set(text.subarray(start + 1, start + 1 + seqlen), row * seqlen);
    }
    return { inputs, targets, epoch: index / perEpoch };
  }
}

function tooShort(characters: number, batch: number, seqlen: number): UserError {
  const needed = batch * seqlen + 1;
  const largest = Math.floor((characters - 1) / seqlen);
  const advice = largest >= 1 ? `choose a batch of at most ${largest}` : 'choose a smaller batch and seqlen';
  return new UserError(
    `The text to train on has ${characters} characters, but one minibatch of ${batch} × ${seqlen} needs ${needed}; ${advice}, or train on more code.`,
  );
}
