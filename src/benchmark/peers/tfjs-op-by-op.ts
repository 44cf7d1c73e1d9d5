import type { Scalar, Variable } from '@tensorflow/tfjs-core';
import type { TrainerSetup } from '../../engine/engine';
import type { Tensor, TensorFlow } from '../../engine/tfjs/tensorflow';
import { parameterLayout } from '../../model/layout';
import { ALPHABET_SIZE } from '../../python/alphabet';

/**
 * tfjs as a peer of `understudy bench train`: the talk's network as users of tfjs write it, in its public operations
 * one at a time, with its own differentiation and its own Adam.
 */
export class OpByOpTraining {
  readonly #tf: TensorFlow;
  readonly #shape: [batch: number, seqlen: number];
  readonly #variables: Variable[];
  readonly #adam: ReturnType<TensorFlow['train']['adam']>;
  /** Each layer's state, [batch, units]. */
  #hidden: Tensor[];

  constructor(tf: TensorFlow, { model, batch, seqlen, state }: TrainerSetup, learningRate: number) {
    this.#tf = tf;
    this.#shape = [batch, seqlen];
    this.#variables = parameterLayout(model).map(({ shape, offset, length }) =>
      tf.tidy(() => tf.variable(tf.tensor(state.parameters.slice(offset, offset + length), [...shape]))),
    );
    this.#adam = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
    this.#hidden = tf.tidy(() => tf.unstack(tf.tensor3d(state.hidden, [model.layers, batch, model.units])));
  }

  /** One forward, backward and Adam step on symbols [batch, seqlen]; gives the mean cross-entropy in nats. */
  step(inputs: Uint8Array, targets: Uint8Array): number {
    const tf = this.#tf;
    const before = this.#hidden;
    // Null only where it was not asked for.
    const loss = tf.tidy(() => this.#adam.minimize(() => this.#loss(inputs, targets), true) as Scalar);
    const [nats] = loss.dataSync();
    tf.dispose([before, loss]);
    return nats!;
  }

  dispose(): void {
    this.#tf.dispose([this.#variables, this.#hidden]);
    this.#adam.dispose();
  }

  #loss(inputs: Uint8Array, targets: Uint8Array) {
    const tf = this.#tf;
    const oneHot = (symbols: Uint8Array, shape: number[]) =>
      tf.cast(tf.oneHot(tf.tensor(symbols, shape, 'int32'), ALPHABET_SIZE), 'float32');
    let outputs = tf.unstack(oneHot(inputs, this.#shape), 1);
    this.#hidden = this.#hidden.map((first, layer) => {
      let h = first;
      outputs = outputs.map((x) => {
        h = this.#cell(layer, x, h);
        return h;
      });
      return tf.keep(tf.clone(h));
    });
    const [kernel, bias] = this.#variables.slice(-2);
    const top = tf.reshape(tf.stack(outputs, 1), [targets.length, -1]);
    const logits = tf.add(tf.matMul(top, kernel!), bias!);
    return tf.losses.softmaxCrossEntropy<Tensor, Scalar>(oneHot(targets, [targets.length]), logits);
  }

  /** x [batch, inputs], h [batch, units] → the state after, [batch, units]. */
  #cell(layer: number, x: Tensor, h: Tensor): Tensor {
    const tf = this.#tf;
    const [gates, gatesBias, candidate, candidateBias] = this.#variables.slice(4 * layer, 4 * layer + 4);
    const ru = tf.sigmoid(tf.add(tf.matMul(tf.concat([x, h], 1), gates!), gatesBias!));
    const [r, u] = tf.split(ru, 2, 1);
    const c = tf.tanh(tf.add(tf.matMul(tf.concat([x, tf.mul(r!, h)], 1), candidate!), candidateBias!));
    return tf.add(tf.mul(u!, h), tf.mul(tf.sub(1, u!), c));
  }
}
