import type { ModelConfig } from '../model/config';

export type EngineName = 'native' | 'tfjs' | 'reference';

/**
 * Backend for training and inference. Several engines stand behind this one interface; each is tested against
 * `reference`. Parameters are one flat vector in the order of `parameterLayout`; a hidden state is [layers, rows,
 * units] (rows = streams read side by side; 1 for a single text). All arrays are row-major.
 */
export interface Engine {
  readonly name: EngineName;
  /** Device for people: "CPU, 2 threads". */
  readonly device: string;
  /** Numeric mode and instruction set, for people: "fp32, AVX2". */
  readonly mode: string;
  createTrainer(setup: TrainerSetup): Promise<Trainer>;
  createPredictor(model: ModelConfig, parameters: Float32Array): Promise<Predictor>;
}

/** Shape, minibatches and initial state of a trainer. */
export interface TrainerSetup {
  readonly model: ModelConfig;
  /** Rows of a minibatch. */
  readonly batch: number;
  /** Steps of truncated back-propagation through time. */
  readonly seqlen: number;
  /** State to start from; copied. */
  readonly state: TrainingState;
}

/** State that a training step changes. Two trainers with equal states and equal minibatches stay equal, bit for bit. */
export interface TrainingState {
  /** [parameterCount] */
  readonly parameters: Float32Array;
  /** Adam's first and second moments, [parameterCount] each. */
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Optimiser steps taken. */
  readonly step: number;
  /** Recurrent state carried to the next minibatch, [layers, batch, units]. */
  readonly hidden: Float32Array;
}

/** Hyperparameters of one optimiser step. */
export interface StepOptions {
  readonly learningRate: number;
  /** Largest global gradient norm; null for no clipping. */
  readonly clipNorm: number | null;
  /**
   * Share of every parameter that is taken away first, apart from its gradient (Loshchilov & Hutter 2019, AdamW); 0 for
   * none.
   */
  readonly weightDecay: number;
}

/** Measurements of one optimiser step, on its minibatch before the update. */
export interface StepResult {
  /** Mean cross-entropy per character, in nats. */
  readonly loss: number;
  /** Share of characters whose most probable prediction was right. */
  readonly accuracy: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/**
 * Network in training: parameters and Adam's moments, [parameterCount] each, and hidden state, [layers, batch, units].
 * One step at a time.
 */
export interface Trainer {
  /** One forward, backward and Adam step on a minibatch; `inputs` and `targets` are [batch, seqlen] symbols. */
  step(inputs: Uint8Array, targets: Uint8Array, options: StepOptions): Promise<StepResult>;
  /** A copy of the current state. */
  state(): TrainingState;
  /** A copy of the current parameters alone. */
  parameters(): Float32Array;
  /** Moves `average`, [parameterCount], in place by the share `weight` of its way to the current parameters. */
  average(average: Float32Array, weight: number): void;
  dispose(): void;
}

/** Hidden state of one stream: [layers, units]. */
export type HiddenState = Float32Array;

/**
 * Network in inference. Its parameters do not change; hidden states and symbols are the caller's, so that several texts
 * can be read with one predictor.
 */
export interface Predictor {
  readonly model: ModelConfig;
  /** Zeros: what a text starts from. */
  initialState(): HiddenState;
  /** Reads `symbols` in order, changing `state` in place; gives the probabilities [98] of the symbol after them. */
  read(state: HiddenState, symbols: Uint8Array): Promise<Float32Array>;
  /** As `read`, giving the probabilities after every symbol: [symbols.length, 98]. */
  readEach(state: HiddenState, symbols: Uint8Array): Promise<Float32Array>;
  /** As `readEach`, giving the states after every symbol as well. */
  readStates(state: HiddenState, symbols: Uint8Array): Promise<Trace>;
  /** One symbol for each of several streams, changing every state in place; probabilities [states.length, 98]. */
  readBatch(states: readonly HiddenState[], symbols: Uint8Array): Promise<Float32Array>;
  /**
   * Cross-entropy in nats and correctness (1 or 0) of every target, both [rows, steps]. `inputs` and `targets` are
   * [rows, steps]; `hidden` [layers, rows, units] is changed in place.
   */
  score(inputs: Uint8Array, targets: Uint8Array, rows: number, hidden: Float32Array): Promise<Scores>;
  /**
   * Euclidean norms [symbols.length] of the gradient of ln p(`target` | `symbols`) by every one-hot input [98], for a
   * text that begins with `symbols`: how much each of them matters to that prediction (Madsen, "Visualizing
   * memorization in RNNs", Distill 2019). May be 0 from where going back they have fallen below 1e-9 of the largest.
   *
   * @throws UserError where the engine cannot do it; the signal's reason soon after an abort
   */
  lookBack(symbols: Uint8Array, target: number, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): void;
}

/** What a network went through in reading `n` symbols. */
export interface Trace {
  /** Probabilities of the symbol after each, [n, 98]. */
  readonly probabilities: Float32Array;
  /** States after each, [n, layers, units]. */
  readonly states: Float32Array;
}

/**
 * Scores of every target, both [rows, steps]: cross-entropy in nats, and 1 where the most probable symbol is the
 * target.
 */
export interface Scores {
  readonly nats: Float32Array;
  readonly correct: Uint8Array;
}
