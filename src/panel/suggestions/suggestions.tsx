import type { Statistics } from '../../protocol/statistics';
import { send } from '../host';
import { Pairs } from '../parts/pairs';
import type { PanelState } from '../state';
import { epochFigures, suggestionExpectations, suggestionFigures, suggestionNote } from './suggestions-text';

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
      <ByEpoch statistics={statistics} />
      <p id="suggestion-note" class="hint">
        {suggestionNote(statistics)}
      </p>
      <p id="suggestion-expectations" class="hint">
        {suggestionExpectations(state)}
      </p>
    </section>
  );
}

/** Figures of epochs that were chosen to suggest from. */
function ByEpoch({ statistics }: { statistics: Statistics }) {
  const rows = epochFigures(statistics);
  return rows.length === 0 ? null : (
    <table id="suggestion-epochs" class="small-table">
      <caption>From epochs that you chose</caption>
      <thead>
        <tr>
          <th scope="col">epoch</th>
          <th scope="col">shown</th>
          <th scope="col">accepted</th>
          <th scope="col">characters saved</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([epoch, ...cells]) => (
          <tr key={epoch}>
            <th scope="row">{epoch}</th>
            {cells.map((cell, i) => (
              <td key={i}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
