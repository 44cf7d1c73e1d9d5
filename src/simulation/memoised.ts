import type { Expert, Reader } from '../completion/experts/expert';

/** Predictions of an expert after one text, and after each symbol that was ever read on from there. */
interface Node {
  readonly reader: Reader;
  readonly next: Map<number, Node>;
}

/**
 * An expert that asks `expert` only once about each text, however often it is read: simulations of the same typing
 * under other thresholds then cost next to nothing. It keeps the state after every symbol, so use it for some thousand
 * characters.
 */
export function memoised(expert: Expert): Expert {
  const starts = new Map<string, Node>();
  return {
    async open(name) {
      const start = starts.get(name) ?? { reader: await expert.open(name), next: new Map() };
      starts.set(name, start);
      return new MemoisedReader(start);
    },
  };
}

class MemoisedReader implements Reader {
  #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  get probabilities(): Float32Array {
    return this.#node.reader.probabilities;
  }

  async advance(symbols: Uint8Array): Promise<void> {
    for (const symbol of symbols) {
      this.#node = this.#node.next.get(symbol) ?? (await extend(this.#node, symbol));
    }
  }

  fork(): Reader {
    return new MemoisedReader(this.#node);
  }
}

async function extend(node: Node, symbol: number): Promise<Node> {
  const reader = node.reader.fork();
  await reader.advance(Uint8Array.of(symbol));
  const next = { reader, next: new Map() };
  node.next.set(symbol, next);
  return next;
}
