import type { Engine } from '../engine';
import { ReferencePredictor } from './reference-predictor';
import { ReferenceTrainer } from './reference-trainer';

/**
 * The engine that every other is compared with: plain TypeScript, computed in float64, forward beside backward.
 * Slow, but runs wherever Node does, one thread, giving other work a turn now and then.
 */
export function createReferenceEngine(): Engine {
  return {
    name: 'reference',
    device: 'CPU, 1 thread',
    mode: 'fp64, plain TypeScript',
    createTrainer: async (setup) => new ReferenceTrainer(setup),
    createPredictor: async (model, parameters) => new ReferencePredictor(model, parameters),
  };
}
