import type { CorpusEvent } from '../protocol/training-events';
import { element, setText } from './element';
import { showPairs } from './pairs';
import { facts } from './panel-text';
import type { PanelState } from './state';

/** Section of the panel with the facts of a training, and the files that were left out. */
export class Details {
  readonly #facts = element('dl', { id: 'facts' });
  readonly #skipped = new Skipped();
  readonly element = element(
    'section',
    { id: 'details-section', 'aria-labelledby': 'details-title' },
    element('div', { class: 'section-head' }, element('h2', { id: 'details-title' }, 'Details')),
    this.#facts,
    this.#skipped.element,
  );

  show(state: PanelState): void {
    showPairs(this.#facts, facts(state));
    this.#skipped.show(state.corpus?.skipped ?? []);
  }
}

/** Files left out, by reason with some examples: somebody may miss a file. */
class Skipped {
  readonly #summary = element('summary');
  readonly #list = element('ul');
  readonly element = element('details', { id: 'skipped' }, this.#summary, this.#list);
  #groups: CorpusEvent['skipped'] | null = null;

  show(groups: CorpusEvent['skipped']): void {
    if (groups === this.#groups) {
      return;
    }
    this.#groups = groups;
    const total = groups.reduce((sum, { count }) => sum + count, 0);
    this.element.hidden = total === 0;
    const number = total.toLocaleString('en-US');
    setText(
      this.#summary,
      total === 1 ? 'One file or folder was left out' : `${number} files and folders were left out`,
    );
    this.#list.replaceChildren(...groups.flatMap(entries));
  }
}

function entries({ reason, count, examples }: CorpusEvent['skipped'][number]): HTMLElement[] {
  const shown = examples.map((path) => element('li', {}, element('code', {}, path), ` ${reason}`));
  const others = count - examples.length;
  return others > 0 ? [...shown, element('li', {}, `and ${others.toLocaleString('en-US')} more ${reason}`)] : shown;
}
