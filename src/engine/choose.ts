import { UserError } from '../protocol/user-error';
import type { Engine } from './engine';
import { createNativeEngine } from './native/engine';
import { createReferenceEngine } from './reference/engine';
import { createTfjsEngine } from './tfjs/engine';

export type WantedEngine = 'auto' | 'native' | 'tfjs' | 'reference';

export interface ChosenEngine {
  readonly engine: Engine;
  /** One line to show as it is, where this is not what people would expect; else null. */
  readonly notice: string | null;
}

/**
 * The engine to use. `auto` prefers native and falls back to the slow reference with a notice that names the fix; an
 * engine asked for by name that cannot run is a UserError. `threads` null: as many as there are processors.
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
        if (!(error instanceof UserError)) throw error;
        return {
          engine: createReferenceEngine(),
          notice: `Using the slow reference engine. ${error.message}`,
        };
      }
  }
}
