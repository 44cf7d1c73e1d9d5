import { useEffect, useState } from 'preact/hooks';
import { epochs } from '../../protocol/format';
import { isMotionReduced } from '../parts/motion';

/** Milliseconds that each epoch's sample stays. */
const PACE = 1000;

interface FilmProps {
  readonly epochs: readonly number[];
  /** Index of the epoch that is shown. */
  readonly at: number;
  readonly go: (index: number) => void;
}

/**
 * Slider over the epochs that can run by itself, from the beginning where it is at the end. Where the user wants little
 * motion, each click shows the next epoch.
 */
export function Film({ epochs: available, at, go }: FilmProps) {
  const [isPlaying, play] = useState(false);
  const last = available.length - 1;
  const isStepping = isMotionReduced();
  useEffect(() => {
    if (!isPlaying) {
      return;
    }
    if (at >= last) {
      play(false);
      return;
    }
    const timer = setTimeout(() => go(at + 1), PACE);
    return () => clearTimeout(timer);
  }, [isPlaying, at, last, go]);

  const start = () => {
    const next = at >= last ? 0 : at + (isStepping ? 1 : 0);
    go(next);
    play(!isStepping);
  };
  const epoch = epochs(available[at] ?? 0);
  return (
    <div class="film">
      <button
        id="film-play"
        type="button"
        class="tool"
        disabled={last < 1}
        onClick={() => (isPlaying ? play(false) : start())}
      >
        {isPlaying ? 'Pause' : isStepping ? 'Next' : 'Play'}
      </button>
      <input
        id="film-epoch"
        type="range"
        min="0"
        max={Math.max(last, 0)}
        value={at}
        aria-label="Epoch"
        aria-valuetext={`epoch ${epoch}`}
        onInput={({ currentTarget }) => {
          play(false);
          go(Number(currentTarget.value));
        }}
      />
      <output class="film-at">epoch {epoch}</output>
    </div>
  );
}
