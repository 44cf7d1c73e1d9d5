import { useEffect, useRef, useState } from 'preact/hooks';
import { CodeAwareSample } from '../../protocol/messages';
import { ask } from '../host';
import { isKept, type PanelState, type Sample } from '../state';

/** Text, or the reason why there is none; null until the server has told it. */
export type Writing = { readonly text: string } | { readonly reason: string } | null;

/**
 * Code-aware versions of samples by the same networks. Each is asked for once, and not before its weights are on the
 * disk.
 */
export function useCodeAware(state: PanelState, samples: readonly Sample[]): (sample: Sample) => Writing {
  const written = useRef(new WeakMap<Sample, Writing>()).current;
  const [, redraw] = useState(0);
  useEffect(() => {
    for (const sample of samples) {
      if (!written.has(sample) && isKept(state, sample)) {
        written.set(sample, null);
        void write(sample).then((writing) => {
          written.set(sample, writing);
          redraw((times) => times + 1);
        });
      }
    }
  });
  return (sample) => written.get(sample) ?? null;
}

async function write({ epoch, prompt }: Sample): Promise<Writing> {
  try {
    return await ask(CodeAwareSample, { epoch, prompt });
  } catch (error) {
    return { reason: (error as Error).message };
  }
}
