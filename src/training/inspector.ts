import type { Corpus } from '../corpus/corpus';
import type { Predictor } from '../engine/engine';
import type { Mark } from '../protocol/marks';
import type { StructureEvent } from '../protocol/training-events';

/** Tells what a network has learnt from a corpus. */
export interface Inspector {
  /** Marks on a sample that the network wrote after a prompt. */
  marks(text: string, prompt: string): Mark[];
  /**
   * Structure that it has learnt, measured on held-out text by reading about so many characters; null where nothing is
   * held out.
   */
  structure(
    predictor: Predictor,
    options: { readonly characters: number; readonly signal: AbortSignal },
  ): Promise<Omit<StructureEvent, 'kind' | 'epoch'> | null>;
}

/** Makes the inspector of a corpus, in pieces beside the training. Aborting the signal rejects the promise. */
export type MakeInspector = (corpus: Corpus, signal: AbortSignal) => Promise<Inspector>;

/** The inspector, or null where it failed or was stopped: the training goes on without what it would tell. */
export async function inspectorOf(
  make: MakeInspector | null,
  corpus: Corpus,
  signal: AbortSignal,
): Promise<Inspector | null> {
  try {
    return (await make?.(corpus, signal)) ?? null;
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) {
      console.error('Samples without marks:', error);
    }
    return null;
  }
}
