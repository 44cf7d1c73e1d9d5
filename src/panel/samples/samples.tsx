import { epochs } from '../../protocol/format';
import { useKept } from '../host';
import { Toggle } from '../parts/toggle';
import { type PanelState, validationAt } from '../state';
import { useCodeAware } from './code-aware';
import { SampleCard } from './sample-card';
import { shownEpochs, toggled } from './sample-choice';

/** Section with samples of the network, epoch beside epoch. */
export function Samples({ state }: { state: PanelState }) {
  const [choice, choose] = useKept('choice');
  const [isCodeAware, setCodeAware] = useKept('isCodeAware');
  const available = state.samples.map(({ epoch }) => epoch);
  const shown = shownEpochs(choice, available);
  const samples = state.samples.filter(({ epoch }) => shown.includes(epoch));
  const codeAware = useCodeAware(state, isCodeAware ? samples : []);
  return (
    <section id="samples-section" aria-labelledby="samples-title">
      <div class="section-head">
        <h2 id="samples-title">What it writes at epoch</h2>
        <EpochChips
          available={available}
          shown={shown}
          onClick={(epoch) => choose(toggled(choice, available, epoch))}
        />
        {choice !== null && (
          <button id="sample-reset" type="button" class="link" onClick={() => choose(null)}>
            Follow the newest
          </button>
        )}
        <Toggle id="code-aware" isOn={isCodeAware} set={setCodeAware}>
          Code-aware
        </Toggle>
      </div>
      {isCodeAware && (
        <p class="hint">
          The same networks and random numbers, kept to Python’s grammar and to names that are known, as suggestions
          are.
        </p>
      )}
      {available.length === 0 && <p class="hint">The first sample comes at epoch 0.03.</p>}
      <div id="samples">
        {samples.map((sample) => (
          <SampleCard
            key={sample.epoch}
            sample={sample}
            validation={validationAt(state, sample.epoch)}
            shown={isCodeAware ? codeAware(sample) : sample}
          />
        ))}
      </div>
    </section>
  );
}

interface EpochChipsProps {
  readonly available: readonly number[];
  readonly shown: readonly number[];
  readonly onClick: (epoch: number) => void;
}

/** A button for each epoch, pressed while its sample is shown. */
function EpochChips({ available, shown, onClick }: EpochChipsProps) {
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
