import { percent } from '../../protocol/format';
import type { NetworkChoice } from './networks';
import type { KnownContext } from './use-context';

interface MeasureButtonsProps {
  readonly networks: readonly NetworkChoice[];
  readonly known: KnownContext;
  readonly onStart: () => void;
}

/** Button that measures what was not measured yet, or all of it again; how far that is, and the way to stop it. */
export function MeasureButtons({ networks, known, onStart }: MeasureButtonsProps) {
  const { share } = known;
  if (share !== null) {
    return (
      <span class="context-progress">
        <progress value={share} aria-label="Measuring" />
        <span>{percent(share)}</span>
        <button id="context-stop" type="button" class="secondary" onClick={known.stop}>
          Stop
        </button>
      </span>
    );
  }
  const unmeasured = networks.filter((network) => known.of(network) === null);
  const isUnknown = networks.some((network) => known.of(network) === undefined);
  const isAgain = unmeasured.length === 0;
  return (
    <button
      id="context-measure"
      type="button"
      class={isAgain ? 'secondary' : 'primary'}
      disabled={isUnknown}
      onClick={() => {
        onStart();
        known.measure(isAgain ? networks : unmeasured);
      }}
    >
      {isAgain ? 'Measure again' : 'Measure'}
    </button>
  );
}
