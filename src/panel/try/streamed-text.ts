import { useEffect, useRef, useState } from 'preact/hooks';
import { GenerateText } from '../../protocol/messages';
import type { ParamsOf } from '../../protocol/request-kind';
import { ask } from '../host';

/** A text that a network writes: as far as it is written, and what became of it. */
export interface StreamedText {
  readonly prompt: string;
  readonly text: string;
  readonly state: 'writing' | 'written' | 'stopped' | 'refused';
  /** Epoch of the network that wrote it; null until that is known. */
  readonly epoch: number | null;
  /** Why there is none, in a sentence. */
  readonly reason: string;
}

/** Text as it streams in; what starts one, which ends the one before; and what stops it. */
export function useWriting(): {
  writing: StreamedText | null;
  start: (params: ParamsOf<typeof GenerateText>) => void;
  stop: () => void;
} {
  const [writing, setWriting] = useState<StreamedText | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const start = (params: ParamsOf<typeof GenerateText>) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    const isCurrent = () => abort.current === mine;
    const change = (next: (before: StreamedText) => Partial<StreamedText>) => {
      if (isCurrent()) {
        setWriting((before) => before && { ...before, ...next(before) });
      }
    };
    setWriting({ prompt: params.prompt, text: '', state: 'writing', epoch: null, reason: '' });
    ask(GenerateText, params, {
      signal: mine.signal,
      onPart: (part) => change(({ text }) => ({ text: text + part })),
    }).then(
      ({ text, epoch }) => change(() => ({ text, epoch, state: mine.signal.aborted ? 'stopped' : 'written' })),
      (error: Error) => change(() => ({ state: 'refused', reason: error.message })),
    );
  };
  return { writing, start, stop: () => abort.current?.abort() };
}
