import { useRef, useState } from 'preact/hooks';

/** Answer to the newest question. */
export interface Answer<T> {
  /** The last answer that came; it stays until the next does. */
  readonly value: T | null;
  /** Sentence that says why there is none. */
  readonly problem: string | null;
  readonly isAwaited: boolean;
}

const NONE = { value: null, problem: null, isAwaited: false };

/** An answer, a way to ask for another, and a way to drop it. What comes after a newer question is not heard. */
export function useAnswer<T>(): [Answer<T>, (question: () => Promise<T>) => void, () => void] {
  const [answer, setAnswer] = useState<Answer<T>>(NONE);
  const newest = useRef(0);
  const put = (question: () => Promise<T>) => {
    const mine = ++newest.current;
    const take = (next: (before: Answer<T>) => Answer<T>) => newest.current === mine && setAnswer(next);
    take(({ value }) => ({ value, problem: null, isAwaited: true }));
    question().then(
      (value) => take(() => ({ value, problem: null, isAwaited: false })),
      (error: unknown) => take(() => ({ value: null, problem: (error as Error).message, isAwaited: false })),
    );
  };
  const drop = () => {
    newest.current++;
    setAnswer(NONE);
  };
  return [answer, put, drop];
}
