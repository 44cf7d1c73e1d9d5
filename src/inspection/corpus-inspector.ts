import { pythonVocabulary } from '../completion/code-aware/python-vocabulary';
import type { Corpus } from '../corpus/corpus';
import { identifiersOfFiles } from '../corpus/identifiers-of-files';
import type { Predictor } from '../engine/engine';
import type { Mark } from '../protocol/marks';
import { BUILTINS } from '../python/builtins';
import { type MarkingContext, marksOf } from './marks';
import { RecitationIndex } from './recitation';
import { type MeasureOptions, type StructureMeasures, StructureProbe } from './structure';

/** Tells what a network has learnt from a corpus, by its training files and on its held-out files. */
export class CorpusInspector {
  readonly #context: MarkingContext;
  readonly #probe: StructureProbe;

  private constructor(context: MarkingContext, probe: StructureProbe) {
    this.#context = context;
    this.#probe = probe;
  }

  /** Reads the files in pieces, others having their turn between. @throws the signal's reason when it is aborted */
  static async of({ train, validation }: Corpus, signal?: AbortSignal): Promise<CorpusInspector> {
    const context = await markingContextOf(train, signal);
    const python = pythonVocabulary();
    const isKnown = (name: string) => context.known.has(name) || python.has(name);
    const heldOut = validation.map(({ symbols }) => symbols);
    return new CorpusInspector(context, new StructureProbe(heldOut, isKnown));
  }

  marks(text: string, prompt: string): Mark[] {
    return marksOf(text, prompt, this.#context);
  }

  async structure(predictor: Predictor, options: MeasureOptions): Promise<StructureMeasures | null> {
    return await this.#probe.measure(predictor, options);
  }
}

/** What texts of a network that learnt from these files are compared with. */
export async function markingContextOf(train: Corpus['train'], signal?: AbortSignal) {
  const known = await identifiersOfFiles(train, signal);
  const recitation = await RecitationIndex.of(train, signal);
  return { known, builtins: BUILTINS, recitation };
}
