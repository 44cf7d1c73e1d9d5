import type { Attribute, Tensor, TensorFlow } from './tensorflow';

/**
 * TensorFlow's operations on float32 tensors by their own names and semantics. Called directly where tfjs has no such
 * operation, or wraps it in several (the fewer operations, the less a step costs).
 */
export class Operations {
  readonly tf: TensorFlow;
  readonly #backend: ReturnType<TensorFlow['backend']>;
  readonly #float: Attribute;

  constructor(tf: TensorFlow) {
    this.tf = tf;
    this.#backend = tf.backend();
    this.#float = this.#type('T', 'TF_FLOAT');
  }

  /** a · b, either transposed first. */
  matMul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false } = {}): Tensor {
    return this.#one('MatMul', [a, b], [this.#bool('transpose_a', transposeA), this.#bool('transpose_b', transposeB)]);
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.#one('AddV2', [a, b]);
  }

  subtract(a: Tensor, b: Tensor): Tensor {
    return this.#one('Sub', [a, b]);
  }

  multiply(a: Tensor, b: Tensor): Tensor {
    return this.#one('Mul', [a, b]);
  }

  sigmoid(x: Tensor): Tensor {
    return this.#one('Sigmoid', [x]);
  }

  /** dy · y · (1 − y) for y = sigmoid(x). */
  sigmoidGradient(y: Tensor, dy: Tensor): Tensor {
    return this.#one('SigmoidGrad', [y, dy]);
  }

  tanh(x: Tensor): Tensor {
    return this.#one('Tanh', [x]);
  }

  /** dy · (1 − y²) for y = tanh(x). */
  tanhGradient(y: Tensor, dy: Tensor): Tensor {
    return this.#one('TanhGrad', [y, dy]);
  }

  /** bias [columns] added to every row of x [rows, columns]. */
  addBias(x: Tensor, bias: Tensor): Tensor {
    return this.#one('BiasAdd', [x, bias]);
  }

  /** Sum of the rows of dy [rows, columns]. */
  biasGradient(dy: Tensor): Tensor {
    return this.#one('BiasAddGrad', [dy]);
  }

  /** n tensors [rows, columns] → [n·rows, columns]. */
  stackRows(tensors: readonly Tensor[]): Tensor {
    const [rows, columns] = tensors[0]!.shape;
    const stacked = this.#one('Pack', [...tensors], [this.#int('N', tensors.length), this.#int('axis', 0)]);
    return this.tf.reshape(stacked, [tensors.length * rows!, columns!]);
  }

  /** [count·rows, columns] → count tensors [rows, columns]. */
  unstackRows(x: Tensor, count: number): Tensor[] {
    const [rows, columns] = x.shape;
    const pieces = this.tf.reshape(x, [count, rows! / count, columns!]);
    const attributes = [this.#float, this.#int('num', count), this.#int('axis', 0)];
    return this.#backend.executeMultipleOutputs('Unpack', attributes, [pieces], count);
  }

  /** [rows, 2·columns] → its two halves. `axis` is the int32 scalar 1. */
  halves(x: Tensor, axis: Tensor): Tensor[] {
    return this.#backend.executeMultipleOutputs('Split', [this.#float, this.#int('num_split', 2)], [axis, x], 2);
  }

  /** a and b [rows, columns] beside each other. `axis` is the int32 scalar 1. */
  beside(a: Tensor, b: Tensor, axis: Tensor): Tensor {
    return this.#one('ConcatV2', [a, b, axis], [this.#int('N', 2), this.#type('Tidx', 'TF_INT32')]);
  }

  /** Half the sum of the squares, a scalar. */
  halfSquares(x: Tensor): Tensor {
    return this.#one('L2Loss', [x]);
  }

  /** Cross-entropy of every row [rows] and its gradient by the logits [rows, symbols]; targets are int32 [rows]. */
  crossEntropy(logits: Tensor, targets: Tensor): { nats: Tensor; gradient: Tensor } {
    const attributes = [this.#float, this.#type('Tlabels', 'TF_INT32')];
    const inputs = [logits, targets];
    const [nats, gradient] = this.#backend.executeMultipleOutputs(
      'SparseSoftmaxCrossEntropyWithLogits',
      attributes,
      inputs,
      2,
    );
    return { nats: nats!, gradient: gradient! };
  }

  /** One step of `GRUBlockCell`: r, u, c and the new state, all [rows, units]. */
  gruBlockCell(x: Tensor, h: Tensor, cell: BlockCellWeights): Tensor[] {
    const inputs = [x, h, cell.gates, cell.candidate, cell.gatesBias, cell.candidateBias];
    return this.#backend.executeMultipleOutputs('GRUBlockCell', [this.#float], inputs, 4);
  }

  /** Its gradients: by x, by h, by c's pre-activation [rows, units] and by those of r and u [rows, 2·units]. */
  gruBlockCellGradient(x: Tensor, h: Tensor, cell: BlockCellWeights, ruc: readonly Tensor[], dAfter: Tensor): Tensor[] {
    const inputs = [x, h, cell.gates, cell.candidate, cell.gatesBias, cell.candidateBias, ...ruc, dAfter];
    return this.#backend.executeMultipleOutputs('GRUBlockCellGrad', [this.#float], inputs, 4);
  }

  /** Handle of a new variable; `name` has to be unique in the process. */
  variable(name: string, shape: readonly number[]): Tensor {
    const { TF_ATTR_SHAPE, TF_ATTR_STRING } = this.#backend.binding;
    return this.#one(
      'VarHandleOp',
      [],
      [
        this.#type('dtype', 'TF_FLOAT'),
        { name: 'shape', type: TF_ATTR_SHAPE, value: shape },
        { name: 'shared_name', type: TF_ATTR_STRING, value: name },
      ],
      [],
    );
  }

  assign(handle: Tensor, value: Tensor): void {
    const attributes = [this.#type('dtype', 'TF_FLOAT')];
    this.#backend.executeMultipleOutputs('AssignVariableOp', attributes, [handle, value], 0);
  }

  /** The variable's value; shares its memory until it is assigned. */
  value(handle: Tensor): Tensor {
    return this.#one('ReadVariableOp', [handle], [this.#type('dtype', 'TF_FLOAT')], []);
  }

  destroy(handle: Tensor): void {
    this.#backend.executeMultipleOutputs('DestroyResourceOp', [], [handle], 0);
  }

  /** One step of Adam in place; all inputs but the gradient are handles or scalars, in TensorFlow's order. */
  applyAdam(inputs: Tensor[]): void {
    this.#backend.executeMultipleOutputs('ResourceApplyAdam', [this.#float], inputs, 0);
  }

  #one(name: string, inputs: Tensor[], attributes: Attribute[] = [], common = [this.#float]): Tensor {
    return this.#backend.executeSingleOutput(name, [...common, ...attributes], inputs);
  }

  #type(name: string, type: 'TF_FLOAT' | 'TF_INT32'): Attribute {
    const { binding } = this.#backend;
    return { name, type: binding.TF_ATTR_TYPE, value: binding[type] };
  }

  #int(name: string, value: number): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_INT, value };
  }

  #bool(name: string, value: boolean): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_BOOL, value };
  }
}

export interface BlockCellWeights {
  /** [inputs + units, 2·units] and [inputs + units, units] */
  readonly gates: Tensor;
  readonly candidate: Tensor;
  readonly gatesBias: Tensor;
  readonly candidateBias: Tensor;
}
