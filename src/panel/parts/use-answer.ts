import { useEffect, useRef, useState } from 'preact/hooks';

/** Answer to the newest question. */
export interface Answer<T> {
  /** The last answer that came; it stays until the next does. */
  readonly value: T | null;
  /** Sentence that says why there is none. */
  readonly problem: string | null;
  readonly isAwaited: boolean;
}

const NONE = { value: null, problem: null, isAwaited: false };

/** What asks; its signal is aborted where nobody waits for the answer any more. */
type Ask<T> = (signal: AbortSignal) => Promise<T>;

/**
 * An answer, a way to ask for another, and a way to drop it. A newer question ends the one before, and so does the end
 * of the component.
 */
export function useAnswer<T>(): [Answer<T>, (ask: Ask<T>) => void, () => void] {
  const [answer, setAnswer] = useState<Answer<T>>(NONE);
  const newest = useRef(new AbortController());
  const end = () => newest.current.abort();
  useEffect(() => end, []);
  const put = (ask: Ask<T>) => {
    end();
    newest.current = new AbortController();
    const { signal } = newest.current;
    const take = (next: (before: Answer<T>) => Answer<T>) => !signal.aborted && setAnswer(next);
    take(({ value }) => ({ value, problem: null, isAwaited: true }));
    ask(signal).then(
      (value) => take(() => ({ value, problem: null, isAwaited: false })),
      (error: unknown) => take(() => ({ value: null, problem: (error as Error).message, isAwaited: false })),
    );
  };
  const drop = () => {
    end();
    setAnswer(NONE);
  };
  return [answer, put, drop];
}
