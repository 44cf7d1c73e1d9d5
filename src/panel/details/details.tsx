import { printableLines } from '../../protocol/printable';
import type { CorpusEvent } from '../../protocol/training-events';
import { Pairs } from '../parts/pairs';
import type { PanelState } from '../state';
import { facts, leftOutText } from './details-text';
import { FileList } from './file-list';

type LeftOut = CorpusEvent['skipped'][number];

/** Section with the facts of a training, its files, and those that were left out. */
export function Details({ state }: { state: PanelState }) {
  return (
    <section id="details-section" aria-labelledby="details-title">
      <div class="section-head">
        <h2 id="details-title">Details</h2>
      </div>
      <Pairs id="facts" pairs={facts(state)} />
      <FileList state={state} />
      <Skipped groups={state.corpus?.skipped ?? []} />
    </section>
  );
}

/** Files left out, by reason with some examples: somebody may miss a file. */
function Skipped({ groups }: { groups: readonly LeftOut[] }) {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  return (
    <details id="skipped" hidden={total === 0}>
      <summary>{leftOutText(total)}</summary>
      <ul>{groups.flatMap(entries)}</ul>
    </details>
  );
}

function entries({ reason, count, examples }: LeftOut) {
  const shown = examples.map((path) => (
    <li key={`${reason} ${path}`}>
      <code>{printableLines(path)}</code> {printableLines(reason)}
    </li>
  ));
  const others = count - examples.length;
  return others > 0
    ? [...shown, <li key={reason}>{printableLines(`and ${others.toLocaleString('en-US')} more ${reason}`)}</li>]
    : shown;
}
