import type { Trainer } from '../engine/engine';

/** Optimiser steps between two that are averaged; steps that follow each other are much alike. */
const SPACING = 8;

/**
 * Polynomial-decay average of the parameters (Shamir & Zhang 2013, "Stochastic gradient descent for non-smooth
 * optimization"), over about the share `share` of all steps so far, the later ones counting more. Single minibatches
 * drive the parameters about as long as the rate is high, but not their mean, so that the model is as good at any
 * moment as if the rate had fallen by then. With a share of 0 it is the parameters themselves.
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

  /** Includes the parameters after optimiser step `step`, counted from 1; to be called after every step. */
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
