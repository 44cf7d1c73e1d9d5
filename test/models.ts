import type { ModelConfig } from '../src/model/config';

/** Networks of each cell. */
export const gru = (layers: number, units: number): ModelConfig => ({ cell: 'gru', layers, units });
export const rnn = (layers: number, units: number): ModelConfig => ({ cell: 'rnn', layers, units });
