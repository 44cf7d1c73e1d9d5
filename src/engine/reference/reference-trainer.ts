import { moveTowards } from '../average';
import type { StepOptions, StepResult, Trainer, TrainerSetup, TrainingState } from '../engine';
import { adamStep, clipByGlobalNorm } from './adam';
import { lossAndGradients } from './network';

/**
 * The reference trainer. A step is computed in float64 from a state that is kept in float32 between steps: what
 * `state()` gives is all there is, so a trainer made from it goes on bit for bit.
 */
export class ReferenceTrainer implements Trainer {
  readonly #setup: TrainerSetup;
  readonly #state: TrainingState;
  #steps: number;

  constructor(setup: TrainerSetup) {
    this.#setup = setup;
    this.#state = copyState(setup.state, setup.state.step);
    this.#steps = setup.state.step;
  }

  async step(inputs: Uint8Array, targets: Uint8Array, options: StepOptions): Promise<StepResult> {
    const { model, batch } = this.#setup;
    const parameters = Float64Array.from(this.#state.parameters);
    const before = Float64Array.from(this.#state.hidden);
    const result = await lossAndGradients(model, parameters, inputs, targets, batch, before);
    const gradientNorm = clipByGlobalNorm(result.gradients, options.clipNorm);
    this.#steps++;
    adamStep(this.#state, result.gradients, this.#steps, options);
    this.#state.hidden.set(result.hidden);
    return { loss: result.loss, accuracy: result.accuracy, gradientNorm };
  }

  state(): TrainingState {
    return copyState(this.#state, this.#steps);
  }

  parameters(): Float32Array {
    return this.#state.parameters.slice();
  }

  average(average: Float32Array, weight: number): void {
    moveTowards(average, this.#state.parameters, weight);
  }

  dispose(): void {}
}

function copyState(state: TrainingState, step: number): TrainingState {
  return {
    parameters: state.parameters.slice(),
    firstMoment: state.firstMoment.slice(),
    secondMoment: state.secondMoment.slice(),
    step,
    hidden: state.hidden.slice(),
  };
}
