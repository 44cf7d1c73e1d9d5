import type { TensorSlot } from '../../model/layout';
import type { Operations } from './operations';
import type { Tensor } from './tensorflow';

let created = 0;

/**
 * A flat vector (of parameters, or of a moment) kept by TensorFlow as one variable per tensor of the layout, so that
 * its optimiser can change it in place.
 */
export class Variables {
  readonly handles: readonly Tensor[];
  readonly #ops: Operations;
  readonly #layout: readonly TensorSlot[];

  constructor(ops: Operations, layout: readonly TensorSlot[], vector: Float32Array) {
    this.#ops = ops;
    this.#layout = layout;
    this.handles = layout.map(({ shape, offset, length }) => {
      const handle = ops.variable(`understudy_${created++}`, shape);
      ops.tf.tidy(() => ops.assign(handle, ops.tf.tensor(vector.slice(offset, offset + length), [...shape])));
      return handle;
    });
  }

  /** Tensors in the layout's order; to be disposed of before the variables change, or the change costs a copy. */
  values(): Tensor[] {
    return this.handles.map((handle) => this.#ops.value(handle));
  }

  /** A copy of the flat vector. */
  read(): Float32Array {
    const last = this.#layout[this.#layout.length - 1]!;
    const vector = new Float32Array(last.offset + last.length);
    this.#ops.tf.tidy(() => {
      for (const [i, value] of this.values().entries()) {
        vector.set(value.dataSync(), this.#layout[i]!.offset);
      }
    });
    return vector;
  }

  dispose(): void {
    for (const handle of this.handles) {
      this.#ops.destroy(handle);
      handle.dispose();
    }
  }
}
