import { percent } from '../protocol/format';
import { element, setText } from './element';
import { showPairs } from './pairs';
import { type Action, type Button, figures, headerText } from './panel-text';
import { isWorthShowing, type PanelState } from './state';

/** Head of the panel: state, buttons, progress, figures. */
export class Header {
  readonly #act: (action: Action) => void;
  readonly element: HTMLElement;
  readonly #title = element('h1', { id: 'state' });
  readonly #explanation = element('p', { id: 'explanation' });
  readonly #buttons = element('div', { id: 'buttons' });
  readonly #bar = element('progress', { id: 'progress', max: '1', 'aria-label': 'Training progress' });
  readonly #progressText = element('span', { id: 'progress-text' });
  readonly #progressRow = element('div', { class: 'progress-row' }, this.#bar, this.#progressText);
  readonly #notice = element('p', { id: 'notice', role: 'status' });
  readonly #figures = element('dl', { id: 'figures', class: 'figures' });

  constructor(act: (action: Action) => void) {
    this.#act = act;
    this.element = element(
      'header',
      { id: 'header' },
      element('div', { class: 'headline' }, element('div', {}, this.#title, this.#explanation), this.#buttons),
      this.#progressRow,
      this.#notice,
      this.#figures,
    );
  }

  show(state: PanelState): void {
    const text = headerText(state);
    setText(this.#title, text.title);
    setText(this.#explanation, text.explanation);
    this.#explanation.classList.toggle('error', text.isError);
    this.#explanation.setAttribute('role', text.isError ? 'alert' : 'none');
    this.#showButtons(text.buttons);
    this.#progressRow.hidden = text.done === null;
    this.#bar.value = text.done ?? 0;
    setText(this.#progressText, percent(text.done ?? 0));
    const notice = state.started?.notice ?? '';
    setText(this.#notice, notice);
    this.#notice.hidden = notice === '';
    this.#figures.hidden = !isWorthShowing(state);
    showPairs(this.#figures, figures(state));
  }

  #showButtons(buttons: readonly Button[]): void {
    const wanted = buttons.map(({ label }) => label).join();
    if (this.#buttons.dataset.shown === wanted) {
      return;
    }
    this.#buttons.dataset.shown = wanted;
    this.#buttons.replaceChildren(
      ...buttons.map(({ action, label, rank }) => {
        const button = element('button', { id: action, type: 'button', class: rank }, label);
        button.addEventListener('click', () => this.#act(action));
        return button;
      }),
    );
  }
}
