import { epochs } from '../../protocol/format';

interface EpochChipsProps {
  readonly available: readonly number[];
  readonly shown: readonly number[];
  readonly onClick: (epoch: number) => void;
}

/** A button for each epoch, pressed while its sample is shown. */
export function EpochChips({ available, shown, onClick }: EpochChipsProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div id="sample-choice" role="group" aria-label="Epochs to compare">
      {available.map((epoch) => (
        <button
          key={epoch}
          type="button"
          class="chip"
          data-epoch={epoch}
          aria-label={`Epoch ${epochs(epoch)}`}
          aria-pressed={shown.includes(epoch)}
          onClick={() => onClick(epoch)}
        >
          {epochs(epoch)}
        </button>
      ))}
    </div>
  );
}
