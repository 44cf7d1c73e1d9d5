import type { Expert } from '../completion/experts/expert';
import { memoryExpert } from '../completion/experts/memory-expert';
import { networkExpert } from '../completion/experts/network-expert';
import type { Predictor } from '../engine/engine';
import { LearntDocument } from '../memory/document';
import type { Memory } from '../memory/memory';
import { encode } from '../python/alphabet';

/** Experts that complete in a simulation. */
export interface SimulatedModel {
  readonly expert: Expert;
  /** It may learn that the file of this name now begins like this. */
  learn(name: string, text: string): Promise<void>;
}

/** The network, which learns nothing while it completes. */
export function networkAlone(predictor: Predictor): SimulatedModel {
  return { expert: networkExpert(predictor), learn: async () => {} };
}

/** A memory, alone or with the network: it learns what was typed, as it does in an editor. */
export function withMemory(memory: Memory, predictor: Predictor | null): SimulatedModel {
  const documents = new Map<string, LearntDocument>();
  return {
    expert: memoryExpert(memory, predictor && networkExpert(predictor)),
    learn(name, text) {
      const document = documents.get(name) ?? new LearntDocument(memory, name);
      documents.set(name, document);
      return document.update(encode(text), { network: predictor });
    },
  };
}
