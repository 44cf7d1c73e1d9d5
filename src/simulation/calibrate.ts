import type { Corpus, CorpusFile } from '../corpus/corpus';
import { subsample } from '../corpus/subsample';
import { chooseCompletingEngine } from '../engine/choose';
import { Memory, MOST_REMEMBERED } from '../memory/memory';
import { UserError } from '../protocol/user-error';
import type { Calibrate } from '../training/calibration';
import { excerptsOf } from './excerpts';
import { knownNamesOf } from './known-names';
import { operatingPointsFrom, TRIED } from './operating-points';
import { networkAlone, withMemory } from './systems';
import { simulateTyping } from './typing';

/** Held-out characters to type: some thousand suggestions in Django. More would keep people waiting. */
const TYPED = 10_000;

/** Types held-out characters with a new model, as long as there is time. */
export const calibrate: Calibrate = async ({ metadata, parameters }, corpus, options) => {
  const excerpts = excerptsOf(corpus.validation, TYPED);
  if (excerpts.length === 0) {
    return null;
  }
  const { engine: wanted, threads, seconds, signal } = options;
  const { engine } = chooseCompletingEngine(wanted, threads);
  const predictor = await engine.createPredictor(metadata.model, parameters);
  const began = performance.now();
  try {
    const known = knownIn(corpus, seconds);
    const memory = options.memory ? await memoryOf(known, seconds, signal) : null;
    const workspace = await knownNamesOf(known, signal);
    const system = memory ? withMemory(memory, predictor) : networkAlone(predictor);
    const passed = () => (performance.now() - began) / 1000 / seconds;
    const curve = await simulateTyping(system, excerpts, TRIED, { workspace, passed, signal });
    return operatingPointsFrom(curve, memory !== null);
  } finally {
    predictor.dispose();
  }
};

/**
 * Share of the time for learning what the workspace knows, and characters that are learnt in a second at the least,
 * mostly.
 */
const LEARNING_SHARE = 0.5;
const CHARACTERS_PER_SECOND = 500_000;

/**
 * Sample of the training files, which stands for the workspace in the simulation: as many as a memory and the names can
 * be learnt from in half of the `seconds`.
 */
function knownIn({ train }: Corpus, seconds: number): CorpusFile[] {
  return subsample(train, Math.min(MOST_REMEMBERED, seconds * LEARNING_SHARE * CHARACTERS_PER_SECOND));
}

/**
 * Null where there can be none on this machine.
 *
 * @throws UserError where it took all of the `seconds`
 */
async function memoryOf(files: readonly CorpusFile[], seconds: number, signal: AbortSignal): Promise<Memory | null> {
  const deadline = AbortSignal.timeout(Math.ceil(seconds * 1000));
  try {
    return await Memory.build(files, { signal: AbortSignal.any([signal, deadline]) });
  } catch (error) {
    if (deadline.aborted) {
      throw new UserError('a memory could not be built in the time that was left.');
    }
    if (error instanceof UserError) {
      return null;
    }
    throw error;
  }
}
