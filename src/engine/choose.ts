import type { CellName, WantedEngine } from '../protocol/choices';
import { UserError } from '../protocol/user-error';
import type { Engine } from './engine';
import { createNativeEngine } from './native/native-engine';
import { createReferenceEngine } from './reference/reference-engine';
import { currentSetup } from './tfjs/setup';
import { createTfjsEngine } from './tfjs/tfjs-engine';

export interface ChosenEngine {
  readonly engine: Engine;
  /** One line to show as it is, where this is not what people would expect; else null. */
  readonly notice: string | null;
  /** Engine that goes on where this one fails in the middle of its work: a GPU can run out of memory, or get lost. */
  readonly fallback?: () => ChosenEngine;
}

/**
 * The engine to train with: as `chooseEngine`, but `auto` takes the GPU where one was set up and is still there, for a
 * GRU: TensorFlow computes no other cell here.
 */
export function chooseTrainingEngine(
  wanted: WantedEngine,
  threads: number | null,
  cell: CellName = 'gru',
): ChosenEngine {
  const onProcessor = () => chooseEngine('auto', threads);
  if (wanted === 'tfjs') {
    return { ...chooseEngine(wanted, threads), fallback: onProcessor };
  }
  if (wanted !== 'auto' || cell !== 'gru' || !currentSetup()?.selfTest.gpu) {
    return chooseEngine(wanted, threads);
  }
  try {
    return { engine: createTfjsEngine({ needsGpu: true }), notice: null, fallback: onProcessor };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const { engine, notice } = onProcessor();
    return { engine, notice: [`The GPU is not used. ${error.message}`, notice ?? []].flat().join(' ') };
  }
}

/** The engine to complete with: as `chooseEngine`, but one character at a time is no work for a graphics card. */
export function chooseCompletingEngine(wanted: WantedEngine, threads: number | null): ChosenEngine {
  return chooseEngine(wanted === 'tfjs' ? 'auto' : wanted, threads);
}

/**
 * The engine to predict with. `auto` prefers native and falls back to the slow reference with a notice that names the
 * fix (one character at a time is no work for a GPU); an engine asked for by name that cannot run is a UserError.
 * `threads` null: as many as there are processors.
 */
export function chooseEngine(wanted: WantedEngine, threads: number | null): ChosenEngine {
  switch (wanted) {
    case 'reference':
      return { engine: createReferenceEngine(), notice: null };
    case 'native':
      return { engine: createNativeEngine({ threads }), notice: null };
    case 'tfjs':
      return { engine: createTfjsEngine(), notice: null };
    case 'auto':
      try {
        return { engine: createNativeEngine({ threads }), notice: null };
      } catch (error) {
        if (!(error instanceof UserError)) {
          throw error;
        }
        return {
          engine: createReferenceEngine(),
          notice: `Using the slow reference engine. ${error.message}`,
        };
      }
  }
}
