import { element, setText } from './element';
import { showPairs } from './pairs';
import { suggestionExpectations, suggestionFigures, suggestionNote } from './panel-text';
import type { PanelState } from './state';

/** Section of the panel with the figures of suggestions in this workspace. */
export class Suggestions {
  readonly #figures = element('dl', { id: 'suggestion', class: 'figures small' });
  readonly #note = element('p', { id: 'suggestion-note', class: 'hint' });
  readonly #expectations = element('p', { id: 'suggestion-expectations', class: 'hint' });
  readonly element: HTMLElement;

  constructor(onReset: () => void) {
    const reset = element('button', { id: 'reset-statistics', type: 'button', class: 'link' }, 'Reset');
    reset.addEventListener('click', onReset);
    this.element = element(
      'section',
      { id: 'suggestions-section', 'aria-labelledby': 'suggestions-title' },
      element('div', { class: 'section-head' }, element('h2', { id: 'suggestions-title' }, 'Suggestions'), reset),
      this.#figures,
      this.#note,
      this.#expectations,
    );
  }

  show(state: PanelState): void {
    const { statistics } = state;
    if (statistics === null) {
      return;
    }
    showPairs(this.#figures, suggestionFigures(statistics));
    setText(this.#note, suggestionNote(statistics));
    setText(this.#expectations, suggestionExpectations(state));
  }
}
