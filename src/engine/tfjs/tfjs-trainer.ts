import { parameterLayout } from '../../model/layout';
import { moveTowards } from '../average';
import type { StepOptions, StepResult, Trainer, TrainerSetup, TrainingState } from '../engine';
import { adamStep, clipByGlobalNorm } from './adam';
import type { RunLayer } from './layer';
import { hiddenTensors, inLayoutOrder, networkGradients, networkTensors, runNetwork, timeMajor } from './network';
import type { Operations } from './operations';
import type { Tensor } from './tensorflow';
import { Variables } from './variables';

/** Trains on TensorFlow's device; parameters, moments and hidden state stay there between steps. */
export class TfjsTrainer implements Trainer {
  readonly #ops: Operations;
  readonly #runLayer: RunLayer;
  readonly #setup: TrainerSetup;
  readonly #parameters: Variables;
  readonly #firstMoment: Variables;
  readonly #secondMoment: Variables;
  #hidden: Tensor[];
  #steps: number;

  constructor(ops: Operations, runLayer: RunLayer, setup: TrainerSetup) {
    const { model, batch, state } = setup;
    const layout = parameterLayout(model);
    this.#ops = ops;
    this.#runLayer = runLayer;
    this.#setup = setup;
    this.#parameters = new Variables(ops, layout, state.parameters);
    this.#firstMoment = new Variables(ops, layout, state.firstMoment);
    this.#secondMoment = new Variables(ops, layout, state.secondMoment);
    this.#hidden = hiddenTensors(ops, state.hidden, model.layers, batch);
    this.#steps = state.step;
  }

  async step(inputs: Uint8Array, targets: Uint8Array, options: StepOptions): Promise<StepResult> {
    const { report, hidden, gradients } = this.#ops.tf.tidy(() => this.#lossAndGradients(inputs, targets, options));
    this.#steps++;
    const moments = [this.#firstMoment, this.#secondMoment] as const;
    adamStep(this.#ops, this.#parameters, ...moments, gradients, this.#steps, options);
    this.#ops.tf.dispose([this.#hidden, gradients]);
    this.#hidden = hidden;
    // Read last: TensorFlow may still be computing until here.
    const [loss, accuracy, gradientNorm] = report.dataSync();
    report.dispose();
    return { loss: loss!, accuracy: accuracy!, gradientNorm: gradientNorm! };
  }

  state(): TrainingState {
    const { model, batch } = this.#setup;
    const hidden = new Float32Array(model.layers * batch * model.units);
    for (const [layer, tensor] of this.#hidden.entries()) {
      hidden.set(tensor.dataSync(), layer * batch * model.units);
    }
    return {
      parameters: this.#parameters.read(),
      firstMoment: this.#firstMoment.read(),
      secondMoment: this.#secondMoment.read(),
      step: this.#steps,
      hidden,
    };
  }

  parameters(): Float32Array {
    return this.#parameters.read();
  }

  average(average: Float32Array, weight: number): void {
    moveTowards(average, this.parameters(), weight);
  }

  dispose(): void {
    for (const variables of [this.#parameters, this.#firstMoment, this.#secondMoment]) {
      variables.dispose();
    }
    this.#ops.tf.dispose(this.#hidden);
  }

  /** `report` holds loss, accuracy and gradient norm, so that one read fetches them. */
  #lossAndGradients(inputs: Uint8Array, targets: Uint8Array, { clipNorm }: StepOptions) {
    const ops = this.#ops;
    const { tf } = ops;
    const { batch, seqlen } = this.#setup;
    const network = networkTensors(this.#parameters.values());
    const run = runNetwork(ops, this.#runLayer, network, timeMajor(inputs, batch, 0, seqlen), this.#hidden);
    const wanted = tf.tensor1d(timeMajor(targets, batch, 0, seqlen), 'int32');
    const { nats, gradient } = ops.crossEntropy(run.logits, wanted);
    const dLogits = tf.div(gradient, inputs.length);
    const raw = inLayoutOrder(networkGradients(ops, network, run, dLogits));
    const { norm, gradients } = clipByGlobalNorm(ops, raw, clipNorm);
    const correct = tf.equal(tf.argMax(run.logits, 1), wanted);
    const report = tf.stack([tf.mean(nats), tf.mean(tf.cast(correct, 'float32')), norm]);
    return { report, hidden: [...run.hidden], gradients: [...gradients] };
  }
}
