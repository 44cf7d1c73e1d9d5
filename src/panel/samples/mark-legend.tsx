import { useKept } from '../host';
import type { Sample } from '../state';
import { countMarks, markLabel, markMeaning, switched } from './mark-kinds';

/** Legend of the marks in some samples: a switch for each kind that occurs, with its count. */
export function MarkLegend({ samples }: { samples: readonly Sample[] }) {
  const [shown, show] = useKept('shownMarks');
  const counts = [...countMarks(samples)];
  if (counts.length === 0) {
    return null;
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div class="mark-legend" role="group" aria-label="Marks in these samples">
      {counts.map(([kind, count]) => (
        <button
          key={kind}
          type="button"
          class="mark-switch"
          data-mark={kind}
          aria-pressed={shown.includes(kind)}
          title={markMeaning(kind)}
          onClick={() => show(switched(shown, kind))}
        >
          <span class={`mark-key mark-${kind}`} data-depth="1" aria-hidden="true">
            {KEYS[kind] ?? 'ab'}
          </span>
          {markLabel(kind)} <span class="mark-count">{count}</span>
        </button>
      ))}
    </div>
  );
}

/** What a key shows where letters would not show the mark. */
const KEYS: Readonly<Record<string, string>> = {
  closed: ')',
  misclosed: ')',
  unclosed: '(',
  blockColon: ':',
  missingColon: 'x',
  indented: '   ',
  misindented: '   ',
  openString: '"a',
};
