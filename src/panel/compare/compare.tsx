import type { ComponentChildren } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { epochs } from '../../protocol/format';
import { useKept } from '../host';
import { Toggle } from '../parts/toggle';
import { MarkLegend } from '../samples/mark-legend';
import { PromptChoice } from '../samples/prompt-choice';
import { SampleCard } from '../samples/sample-card';
import { type SampleGrid, sampleGrid, shownPrompt } from '../samples/sample-grid';
import { type PanelState, type Sample, validationAt } from '../state';
import { differences } from './differences';
import { Film } from './film';
import { Grid } from './grid';

/** View of the samples of all epochs and prompts: a grid, a film, and two epochs side by side. */
export function Compare({ state }: { state: PanelState }) {
  const grid = useMemo(() => sampleGrid(state.samples), [state.samples]);
  const [chosenPrompt, choosePrompt] = useKept('prompt');
  const [chosenEpoch, chooseEpoch] = useKept('rightEpoch');
  const prompt = shownPrompt(grid, chosenPrompt);
  const found = grid.epochs.indexOf(chosenEpoch ?? Number.NaN);
  const at = found < 0 ? grid.epochs.length - 1 : found;
  const epoch = grid.epochs[at];
  // Once at the newest, it follows the newest.
  const go = useCallback(
    (index: number) => chooseEpoch(index === grid.epochs.length - 1 ? null : grid.epochs[index]!),
    [grid, chooseEpoch],
  );
  const choose = useCallback(
    (epoch: number, prompt: string) => {
      choosePrompt(prompt);
      go(grid.epochs.indexOf(epoch));
    },
    [grid, choosePrompt, go],
  );
  const table = useMemo(
    () => epoch !== undefined && prompt !== null && <Grid grid={grid} epoch={epoch} prompt={prompt} choose={choose} />,
    [grid, epoch, prompt, choose],
  );
  if (epoch === undefined || prompt === null) {
    return <p class="hint">No samples yet: the first comes at epoch 0.03 of a training.</p>;
  }
  return (
    <section id="compare-section" aria-labelledby="compare-title">
      <div class="section-head">
        <h2 id="compare-title">The same prompts and random numbers at every epoch</h2>
      </div>
      {table}
      <Film epochs={grid.epochs} at={at} go={go} />
      <Pair state={state} grid={grid} prompt={prompt} epoch={epoch} />
    </section>
  );
}

interface PairProps {
  readonly state: PanelState;
  readonly grid: SampleGrid;
  readonly prompt: string;
  readonly epoch: number;
}

/** Two samples after one prompt: that of a chosen epoch, and that of the film. */
function Pair({ state, grid, prompt, epoch }: PairProps) {
  const [leftEpoch] = useKept('leftEpoch');
  const [areMarked, setMarked] = useKept('areDifferencesMarked');
  const leftShown = grid.epochs.find((other) => other === leftEpoch) ?? grid.epochs[0]!;
  const [left, right] = [grid.at(leftShown, prompt), grid.at(epoch, prompt)];
  const [leftText, rightText] = [left?.text ?? '', right?.text ?? ''];
  const [leftOnly, rightOnly] = useMemo(
    () => (areMarked ? differences(leftText, rightText) : [undefined, undefined]),
    [areMarked, leftText, rightText],
  );
  const card = (sample: Sample | undefined, head: ComponentChildren, only: typeof leftOnly) =>
    sample && (
      <SampleCard
        sample={sample}
        validation={validationAt(state, sample.epoch)}
        shown={sample}
        head={head}
        differences={only}
      />
    );
  return (
    <>
      <div class="section-head">
        <PromptChoice prompts={grid.prompts} shown={prompt} />
        <Toggle id="differences" isOn={areMarked} set={setMarked}>
          Mark differences
        </Toggle>
      </div>
      <MarkLegend samples={[left, right].filter((sample) => sample !== undefined)} />
      <div id="pair" class="cards">
        {card(left, <EpochChoice available={grid.epochs} shown={leftShown} />, leftOnly)}
        {card(right, <h3>Epoch {epochs(epoch)}</h3>, rightOnly)}
      </div>
    </>
  );
}

function EpochChoice({ available, shown }: { available: readonly number[]; shown: number }) {
  const [, choose] = useKept('leftEpoch');
  return (
    <label class="choice">
      Epoch
      <select id="left-epoch" value={shown} onChange={({ currentTarget }) => choose(Number(currentTarget.value))}>
        {available.map((epoch) => (
          <option key={epoch} value={epoch}>
            {epochs(epoch)}
          </option>
        ))}
      </select>
    </label>
  );
}
