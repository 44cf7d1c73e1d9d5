import type { Corpus } from '../corpus/corpus';
import { sampleBySize } from '../corpus/sample-files';
import { chooseCompletingEngine } from '../engine/choose';
import { Memory, MOST_REMEMBERED } from '../memory/memory';
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
    const memory = options.memory ? await memoryOf(corpus, seconds, signal) : null;
    const subject = memory ? withMemory(memory, predictor) : networkAlone(predictor);
    const workspace = vocabularyOf(corpus.train);
    const began = performance.now();
    const passed = () => (performance.now() - began) / 1000 / (seconds * (1 - BUILDING_SHARE));
    const curve = await simulateTyping(subject, stretches, TRIED, { workspace, passed, signal });
    return operatingPointsFrom(curve, memory !== null);
  } finally {
    predictor.dispose();
  }
};

/** Share of the time in which the memory is to be built, and characters that it takes in every second at the least, mostly. */
const BUILDING_SHARE = 0.5;
const CHARACTERS_PER_SECOND = 500_000;

/** Seconds after which it is given up, on a machine so busy that all that was reckoned wrong. */
const MOST_BUILDING_SECONDS = 60;

/**
 * Of as many of the files as it can learn in its share of the `seconds`. Null where there can be none on this machine.
 *
 * @throws UserError where it is given up
 */
async function memoryOf({ train }: Corpus, seconds: number, signal: AbortSignal): Promise<Memory | null> {
  const affordable = Math.min(MOST_REMEMBERED, seconds * BUILDING_SHARE * CHARACTERS_PER_SECOND);
  const sizes = train.map(({ symbols }) => symbols.length);
  const isKnown = sampleBySize(sizes, affordable);
  const deadline = AbortSignal.timeout(MOST_BUILDING_SECONDS * 1000);
  try {
    return await Memory.build(
      train.filter((_, index) => isKnown[index]),
      { signal: AbortSignal.any([signal, deadline]) },
    );
  } catch (error) {
    if (deadline.aborted) throw new UserError(`a memory could not be built in ${MOST_BUILDING_SECONDS} s.`);
    if (error instanceof UserError) return null;
    throw error;
  }
}
