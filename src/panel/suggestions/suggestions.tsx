import { send } from '../host';
import { Pairs } from '../parts/pairs';
import type { PanelState } from '../state';
import { suggestionExpectations, suggestionFigures, suggestionNote } from './suggestions-text';

/** Section with the figures of suggestions in this workspace. */
export function Suggestions({ state }: { state: PanelState }) {
  const { statistics } = state;
  if (statistics === null) {
    return null;
  }
  return (
    <section id="suggestions-section" aria-labelledby="suggestions-title">
      <div class="section-head">
        <h2 id="suggestions-title">Suggestions</h2>
        <button id="reset-statistics" type="button" class="link" onClick={() => send({ kind: 'resetStatistics' })}>
          Reset
        </button>
      </div>
      <Pairs id="suggestion" class="figures small" pairs={suggestionFigures(statistics)} />
      <p id="suggestion-note" class="hint">
        {suggestionNote(statistics)}
      </p>
      <p id="suggestion-expectations" class="hint">
        {suggestionExpectations(state)}
      </p>
    </section>
  );
}
