import type { ModelConfig } from '../../model/config';
import { ALPHABET_SIZE } from '../../python/alphabet';
import type { HiddenState, Predictor, Scores, Trace } from '../engine';
import { lookBack } from './look-back';
import { columnsOf, hiddenAfter, joinLayers, type NetworkStep, networkForward, splitLayers } from './network';
import { type NetworkLayers, networkLayers } from './parameters';
import { pause } from './pause';
import { crossEntropy, mostProbable } from './softmax';

/** The reference predictor; `readEach` and `score` are loops over single steps. */
export class ReferencePredictor implements Predictor {
  readonly model: ModelConfig;
  readonly #network: NetworkLayers;

  constructor(model: ModelConfig, parameters: Float32Array) {
    this.model = model;
    this.#network = networkLayers(model, Float64Array.from(parameters), null);
  }

  initialState(): HiddenState {
    return new Float32Array(this.model.layers * this.model.units);
  }

  async read(state: HiddenState, symbols: Uint8Array): Promise<Float32Array> {
    let probabilities: Float64Array = new Float64Array(0);
    for await (const step of this.#steps(state, symbols, 1)) {
      probabilities = step.probabilities;
    }
    return Float32Array.from(probabilities);
  }

  async readEach(state: HiddenState, symbols: Uint8Array): Promise<Float32Array> {
    const probabilities = new Float32Array(symbols.length * ALPHABET_SIZE);
    let filled = 0;
    for await (const step of this.#steps(state, symbols, 1)) {
      probabilities.set(step.probabilities, filled);
      filled += ALPHABET_SIZE;
    }
    return probabilities;
  }

  async readStates(state: HiddenState, symbols: Uint8Array): Promise<Trace> {
    const probabilities = new Float32Array(symbols.length * ALPHABET_SIZE);
    const states = new Float32Array(symbols.length * state.length);
    let t = 0;
    for await (const step of this.#steps(state, symbols, 1)) {
      probabilities.set(step.probabilities, t * ALPHABET_SIZE);
      states.set(joinLayers(hiddenAfter(step)), t * state.length);
      t++;
    }
    return { probabilities, states };
  }

  async readBatch(states: readonly HiddenState[], symbols: Uint8Array): Promise<Float32Array> {
    const probabilities = new Float32Array(states.length * ALPHABET_SIZE);
    for (const [row, state] of states.entries()) {
      probabilities.set(await this.read(state, symbols.subarray(row, row + 1)), row * ALPHABET_SIZE);
    }
    return probabilities;
  }

  async score(inputs: Uint8Array, targets: Uint8Array, rows: number, hidden: Float32Array): Promise<Scores> {
    const steps = inputs.length / rows;
    const nats = new Float32Array(inputs.length);
    const correct = new Uint8Array(inputs.length);
    let t = 0;
    for await (const { probabilities } of this.#steps(hidden, inputs, rows)) {
      for (let row = 0; row < rows; row++) {
        const i = row * steps + t;
        nats[i] = crossEntropy(probabilities, row, targets[i]!);
        correct[i] = Number(mostProbable(probabilities, row) === targets[i]);
      }
      t++;
    }
    return { nats, correct };
  }

  lookBack(symbols: Uint8Array, target: number, signal?: AbortSignal): Promise<Float32Array> {
    return lookBack(this.model, this.#network, symbols, target, signal);
  }

  dispose(): void {}

  /** Reads `symbols` [rows, steps] step by step, changing `hidden` [layers, rows, units] in place at the end. */
  async *#steps(hidden: Float32Array, symbols: Uint8Array, rows: number): AsyncGenerator<NetworkStep> {
    let state = splitLayers(hidden, this.model.layers);
    for (const column of columnsOf(symbols, rows)) {
      const step = networkForward(this.#network, column, state);
      state = hiddenAfter(step);
      yield step;
      await pause();
    }
    hidden.set(joinLayers(state));
  }
}
