import { setImmediate } from 'node:timers/promises';
import type { ModelConfig } from '../../model/config';
import { parameterLayout } from '../../model/layout';
import { UserError } from '../../protocol/user-error';
import { ALPHABET_SIZE } from '../../python/alphabet';
import type { HiddenState, Predictor, Scores } from '../engine';
import type { RunLayer } from './layer';
import { hiddenTensors, type NetworkTensors, networkTensors, runNetwork, timeMajor } from './network';
import type { Operations } from './operations';
import type { Tensor } from './tensorflow';

/** Steps run at once: bounds memory, and how long other work waits. */
const CHUNK_STEPS = 64;

const CANNOT_LOOK_INSIDE =
  'TensorFlow cannot look inside a network: choose the engine "native" or "reference" for that.';

/** Predicts on TensorFlow's device; hidden states come and go with every call. */
export class TfjsPredictor implements Predictor {
  readonly model: ModelConfig;
  readonly #ops: Operations;
  readonly #runLayer: RunLayer;
  readonly #parameters: Tensor[];
  readonly #network: NetworkTensors;

  constructor(ops: Operations, runLayer: RunLayer, model: ModelConfig, parameters: Float32Array) {
    this.model = model;
    this.#ops = ops;
    this.#runLayer = runLayer;
    this.#parameters = parameterLayout(model).map(({ shape, offset, length }) =>
      ops.tf.tensor(parameters.slice(offset, offset + length), [...shape]),
    );
    this.#network = networkTensors(this.#parameters);
  }

  initialState(): HiddenState {
    return new Float32Array(this.model.layers * this.model.units);
  }

  async read(state: HiddenState, symbols: Uint8Array): Promise<Float32Array> {
    const probabilities = await this.readEach(state, symbols);
    return probabilities.slice(-ALPHABET_SIZE);
  }

  async readEach(state: HiddenState, symbols: Uint8Array): Promise<Float32Array> {
    const probabilities = new Float32Array(symbols.length * ALPHABET_SIZE);
    await this.#run(state, symbols, 1, (logits, from) => {
      probabilities.set(this.#ops.tf.softmax(logits).dataSync(), from * ALPHABET_SIZE);
    });
    return probabilities;
  }

  async readBatch(states: readonly HiddenState[], symbols: Uint8Array): Promise<Float32Array> {
    const { layers, units } = this.model;
    const rows = states.length;
    const hidden = new Float32Array(layers * rows * units);
    for (let layer = 0; layer < layers; layer++) {
      for (const [row, state] of states.entries()) {
        hidden.set(state.subarray(layer * units, (layer + 1) * units), (layer * rows + row) * units);
      }
    }
    let probabilities = new Float32Array(0);
    await this.#run(hidden, symbols, rows, (logits) => {
      probabilities = this.#ops.tf.softmax(logits).dataSync().slice() as Float32Array<ArrayBuffer>;
    });
    for (let layer = 0; layer < layers; layer++) {
      for (const [row, state] of states.entries()) {
        const start = (layer * rows + row) * units;
        state.set(hidden.subarray(start, start + units), layer * units);
      }
    }
    return probabilities;
  }

  async score(inputs: Uint8Array, targets: Uint8Array, rows: number, hidden: Float32Array): Promise<Scores> {
    const steps = inputs.length / rows;
    const nats = new Float32Array(inputs.length);
    const correct = new Uint8Array(inputs.length);
    await this.#run(hidden, inputs, rows, (logits, from) => {
      const wanted = timeMajor(targets, rows, from, (logits.shape[0] as number) / rows);
      const crossEntropy = this.#ops.crossEntropy(logits, this.#ops.tf.tensor1d(wanted, 'int32')).nats.dataSync();
      const best = this.#ops.tf.argMax(logits, 1).dataSync();
      for (let i = 0; i < wanted.length; i++) {
        const place = (i % rows) * steps + from + Math.floor(i / rows);
        nats[place] = crossEntropy[i]!;
        correct[place] = Number(best[i] === wanted[i]);
      }
    });
    return { nats, correct };
  }

  async readStates(): Promise<never> {
    throw new UserError(CANNOT_LOOK_INSIDE);
  }

  async lookBack(): Promise<never> {
    throw new UserError(CANNOT_LOOK_INSIDE);
  }

  dispose(): void {
    this.#ops.tf.dispose(this.#parameters);
  }

  /**
   * Runs over `symbols` [rows, steps] from `hidden` [layers, rows, units], which is changed in place; `take` gets the
   * logits [chunk·rows, 98] of each chunk of steps and the step it begins at.
   */
  async #run(
    hidden: Float32Array,
    symbols: Uint8Array,
    rows: number,
    take: (logits: Tensor, from: number) => void,
  ): Promise<void> {
    const { tf } = this.#ops;
    const { layers } = this.model;
    const steps = symbols.length / rows;
    for (let from = 0; from < steps; from += CHUNK_STEPS) {
      const chunk = timeMajor(symbols, rows, from, Math.min(CHUNK_STEPS, steps - from));
      tf.tidy(() => {
        const before = hiddenTensors(this.#ops, hidden, layers, rows);
        const run = runNetwork(this.#ops, this.#runLayer, this.#network, chunk, before);
        take(run.logits, from);
        for (const [layer, after] of run.hidden.entries()) {
          hidden.set(after.dataSync(), layer * rows * this.model.units);
        }
      });
      await setImmediate();
    }
  }
}
