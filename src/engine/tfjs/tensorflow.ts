import type * as Core from '@tensorflow/tfjs-core';

/** `@tensorflow/tfjs-node-gpu` as a value, loaded at run time; see load.ts. */
export type TensorFlow = Omit<typeof Core, 'backend'> & { backend(): NodeBackend };
export type Tensor = Core.Tensor;

/** The package's own backend: it runs any operation that TensorFlow has, by name. */
export interface NodeBackend {
  readonly binding: NodeBinding;
  readonly isUsingGpuDevice: boolean;
  executeSingleOutput(name: string, attributes: Attribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[];
}

/** Attribute of an operation; `type` is one of the binding's TF_ATTR_ codes. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}

/** TensorFlow's codes for number types and kinds of attributes, and its version. */
export interface NodeBinding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_Version: string;
}
