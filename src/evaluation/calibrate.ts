import type { Corpus } from '../corpus/corpus';
import { chooseCompletingEngine } from '../engine/choose';
import { Memory } from '../memory/memory';
import { UserError } from '../protocol/user-error';
import type { Calibrate } from '../training/calibration';
import { operatingPointsFrom, TRIED } from './operating-points';
import { stretchesOf } from './stretches';
import { networkAlone, withMemory } from './subjects';
import { simulateTyping } from './typing';
import { vocabularyOf } from './vocabulary';

/** Held-out characters to type: some thousand suggestions in Django. More would keep people waiting. */
const TYPED = 10_000;

/** Types held-out characters with a new model, as long as there is time. */
export const calibrate: Calibrate = async ({ metadata, parameters }, corpus, options) => {
  const stretches = stretchesOf(corpus.validation, TYPED);
  if (stretches.length === 0) return null;
  const { engine: wanted, threads, seconds, signal } = options;
  const { engine } = chooseCompletingEngine(wanted, threads);
  const predictor = await engine.createPredictor(metadata.model, parameters);
  try {
    const memory = options.memory ? await memoryOf(corpus, signal) : null;
    const subject = memory ? withMemory(memory, predictor) : networkAlone(predictor);
    const workspace = vocabularyOf(corpus.train);
    const began = performance.now();
    const passed = () => (performance.now() - began) / 1000 / seconds;
    const curve = await simulateTyping(subject, stretches, TRIED, { workspace, passed, signal });
    return operatingPointsFrom(curve, memory !== null);
  } finally {
    predictor.dispose();
  }
};

/** Null where there can be none on this machine. */
async function memoryOf({ train }: Corpus, signal: AbortSignal): Promise<Memory | null> {
  try {
    return await Memory.build(train, { signal });
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
