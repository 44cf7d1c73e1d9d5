import { useMemo } from 'preact/hooks';
import { useKept } from '../host';
import { Toggle } from '../parts/toggle';
import { type PanelState, validationAt } from '../state';
import { useCodeAware } from './code-aware';
import { EpochChips } from './epoch-chips';
import { MarkLegend } from './mark-legend';
import { PromptChoice } from './prompt-choice';
import { SampleCard } from './sample-card';
import { shownEpochs, toggled } from './sample-choice';
import { sampleGrid, shownPrompt } from './sample-grid';

/** Section with samples of the network, epoch beside epoch. */
export function Samples({ state }: { state: PanelState }) {
  const [choice, choose] = useKept('choice');
  const [isCodeAware, setCodeAware] = useKept('isCodeAware');
  const [chosenPrompt] = useKept('prompt');
  const grid = useMemo(() => sampleGrid(state.samples), [state.samples]);
  const prompt = shownPrompt(grid, chosenPrompt);
  const shown = shownEpochs(choice, grid.epochs);
  const samples = shown.flatMap((epoch) => grid.at(epoch, prompt ?? '') ?? []);
  const codeAware = useCodeAware(state, isCodeAware ? samples : []);
  return (
    <section id="samples-section" aria-labelledby="samples-title">
      <div class="section-head">
        <h2 id="samples-title">What it writes at epoch</h2>
        <EpochChips
          available={grid.epochs}
          shown={shown}
          onClick={(epoch) => choose(toggled(choice, grid.epochs, epoch))}
        />
        {choice !== null && (
          <button id="sample-reset" type="button" class="link" onClick={() => choose(null)}>
            Follow the newest
          </button>
        )}
        <PromptChoice prompts={grid.prompts} shown={prompt} />
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
      {grid.epochs.length === 0 && <p class="hint">The first sample comes at epoch 0.03.</p>}
      {!isCodeAware && <MarkLegend samples={samples} />}
      <div id="samples" class="cards">
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
