import { bpc, epochs } from '../protocol/format';
import { printableLines } from '../protocol/printable';
import { element, setText } from './element';
import { highlight } from './highlight';
import type { Sample, Validation } from './state';

/** Card with one sample that the network wrote at an epoch. */
export class SampleCard {
  readonly element: HTMLElement;
  readonly #bpc = element('span', { class: 'sample-bpc' });
  readonly #pre = element('pre');
  readonly #reason = element('p', { class: 'hint' });
  #drawn: string | null = null;

  constructor({ epoch }: Sample) {
    const title = `Epoch ${epochs(epoch)}`;
    this.element = element(
      'article',
      { 'data-epoch': String(epoch), 'aria-label': title },
      element('header', {}, element('h3', {}, title), this.#bpc),
      // Focusable, so that the keyboard can scroll it.
      element(
        'div',
        { class: 'sample', tabindex: '0', role: 'group', 'aria-label': `Sample of ${title.toLowerCase()}` },
        this.#reason,
        this.#pre,
      ),
    );
  }

  /** The raw text stays, dimmed, while the code-aware one is being written, and where there is none. */
  show({ prompt, text, codeAware }: Sample, validation: Validation | null, isCodeAware: boolean): void {
    const other = isCodeAware ? codeAware : { text };
    const hasText = other !== null && 'text' in other;
    setText(this.#bpc, validation ? `${bpc(validation.bpc)} bpc` : '');
    setText(this.#reason, other !== null && 'reason' in other ? other.reason : '');
    this.#reason.hidden = this.#reason.textContent === '';
    this.element.setAttribute('aria-busy', String(other === null));
    this.#pre.classList.toggle('dimmed', !hasText);
    this.#draw(prompt, hasText ? other.text : text);
  }

  #draw(prompt: string, text: string): void {
    if (text === this.#drawn) {
      return;
    }
    this.#drawn = text;
    const written = highlight(printableLines(text)).map(({ kind, text }) =>
      kind === 'plain' ? text : element('span', { class: kind }, text),
    );
    // A line end, with which samples begin by default, is nothing to see.
    const given =
      prompt.trim() === '' ? [] : [element('mark', { title: 'Given to the network; it writes on from here' }, prompt)];
    this.#pre.replaceChildren(...given, ...written);
  }
}
