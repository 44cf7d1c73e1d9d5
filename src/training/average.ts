import type { Trainer } from '../engine/engine';

/** Steps between two that are averaged, as steps that follow each other are much alike. */
const SPACING = 8;

/**
 * The model that a training has come to: the mean of its parameters over about the share `share` of all steps so far, the later ones
 * counting more (Shamir & Zhang 2013, "Stochastic gradient descent for non-smooth optimization", polynomial-decay averaging). The
 * parameters themselves are driven about by single minibatches as far as the rate is high; their mean is not, so that the
 * model is as good at any moment as if the rate had fallen by then. With a share of 0 it is the parameters.
 */
export class AveragedModel {
  readonly #trainer: Trainer;
  readonly #share: number;
  /** [parameterCount]; changes with the next steps. Null for a share of 0. */
  readonly average: Float32Array | null;

  /** @param parameters [parameterCount], the model so far; changed as it goes on */
  constructor(trainer: Trainer, share: number, parameters: Float32Array) {
    this.#trainer = trainer;
    this.#share = share;
    this.average = share > 0 ? parameters : null;
  }

  /** To be told of every optimiser step, the first being step 1. */
  include(step: number): void {
    if (this.average === null) {
      return;
    }
    const weight = Math.min(1, SPACING / (this.#share * step));
    if (weight === 1 || step % SPACING === 0) {
      this.#trainer.average(this.average, weight);
    }
  }

  /** The model's parameters, [parameterCount], as `average`, or a copy of the trainer's. */
  parameters(): Float32Array {
    return this.average ?? this.#trainer.parameters();
  }
}
