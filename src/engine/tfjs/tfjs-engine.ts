import type { ModelConfig } from '../../model/config';
import { UserError } from '../../protocol/user-error';
import type { Engine } from '../engine';
import { runBlockCellLayer } from './block-cell';
import { runHoistedLayer } from './hoisted';
import type { RunLayer } from './layer';
import { loadTensorFlow } from './load';
import { Operations } from './operations';
import { TfjsPredictor } from './tfjs-predictor';
import { TfjsTrainer } from './tfjs-trainer';

export interface TfjsOptions {
  readonly runLayer?: RunLayer;
  readonly needsGpu?: boolean;
}

/**
 * TensorFlow through `@tensorflow/tfjs-node-gpu`: on a CUDA device where it has one, else on the processor.
 * Throws UserError where it is not set up, or has no CUDA device and `needsGpu`. `runLayer`: unless given, the way that
 * suits the device.
 */
export function createTfjsEngine({ runLayer, needsGpu = false }: TfjsOptions = {}): Engine {
  const tf = loadTensorFlow();
  const { isUsingGpuDevice, binding } = tf.backend();
  if (needsGpu && !isUsingGpuDevice) {
    throw new UserError('TensorFlow finds no CUDA device any more: set the GPU up again to see why.');
  }
  const ops = new Operations(tf);
  const way = runLayer ?? (isUsingGpuDevice ? runBlockCellLayer : runHoistedLayer);
  return {
    name: 'tfjs',
    device: isUsingGpuDevice ? 'GPU (CUDA)' : 'CPU',
    mode: `${isUsingGpuDevice ? 'fp32, or TF32 where the GPU has it' : 'fp32'}, TensorFlow ${binding.TF_Version}`,
    createTrainer: async (setup) => {
      refuseOtherCells(setup.model);
      return new TfjsTrainer(ops, way, setup);
    },
    createPredictor: async (model, parameters) => {
      refuseOtherCells(model);
      return new TfjsPredictor(ops, way, model, parameters);
    },
  };
}

/** @throws UserError for a network of other cells than GRUs */
function refuseOtherCells({ cell }: ModelConfig): void {
  if (cell !== 'gru') {
    throw new UserError('TensorFlow computes GRUs here, and no RNN: choose the engine native, reference or auto.');
  }
}
