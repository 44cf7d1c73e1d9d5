import { epochs } from '../protocol/format';
import { element } from './element';
import { SampleCard } from './sample-card';
import { type EpochChoice, shownEpochs, toggled } from './sample-choice';
import { isKept, type PanelState, type Sample, validationAt } from './state';

/** Section of the panel with samples of the network, epoch beside epoch. */
export class Samples {
  #choice: EpochChoice;
  readonly #on: {
    readonly choice: (choice: EpochChoice) => void;
    readonly codeAware: (isCodeAware: boolean) => void;
    /** A code-aware sample is wanted. */
    readonly want: (epoch: number) => void;
  };
  readonly element: HTMLElement;
  readonly #buttons = element('div', { id: 'sample-choice', role: 'group', 'aria-label': 'Epochs to compare' });
  readonly #reset = element('button', { id: 'sample-reset', type: 'button', class: 'link' }, 'Follow the newest');
  readonly #codeAware = element('input', { type: 'checkbox', id: 'code-aware' });
  readonly #codeAwareHint = element(
    'p',
    { class: 'hint' },
    'The same networks and random numbers, kept to Python’s grammar and to names that are known, as suggestions are.',
  );
  readonly #place = element('div', { id: 'samples' });
  readonly #cards = new Map<number, SampleCard>();
  readonly #hint = element('p', { class: 'hint' }, 'The first sample comes at epoch 0.03.');
  #state: PanelState | null = null;
  /** Samples that were asked for code-aware. */
  readonly #asked = new WeakSet<Sample>();

  constructor(
    choice: EpochChoice,
    isCodeAware: boolean,
    on: {
      readonly choice: (choice: EpochChoice) => void;
      readonly codeAware: (isCodeAware: boolean) => void;
      /** A code-aware sample is wanted. */
      readonly want: (epoch: number) => void;
    },
  ) {
    this.#choice = choice;
    this.#on = on;
    this.#codeAware.checked = isCodeAware;
    this.#codeAware.addEventListener('change', () => {
      this.#on.codeAware(this.#codeAware.checked);
      this.#redraw();
    });
    this.#reset.addEventListener('click', () => this.#choose(null));
    this.element = element(
      'section',
      { id: 'samples-section', 'aria-labelledby': 'samples-title' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', { id: 'samples-title' }, 'What it writes at epoch'),
        this.#buttons,
        this.#reset,
        element('label', { class: 'toggle', for: 'code-aware' }, this.#codeAware, 'Code-aware'),
      ),
      this.#codeAwareHint,
      this.#hint,
      this.#place,
    );
  }

  show(state: PanelState): void {
    const keys = ['samples', 'validation', 'checkpoint'] as const;
    const isChanged = keys.some((key) => state[key] !== this.#state?.[key]);
    this.#state = state;
    if (isChanged) {
      this.#draw(state);
    }
  }

  #redraw(): void {
    if (this.#state !== null) {
      this.#draw(this.#state);
    }
  }

  #draw(state: PanelState): void {
    const available = state.samples.map(({ epoch }) => epoch);
    const shown = shownEpochs(this.#choice, available);
    this.#hint.hidden = available.length > 0;
    this.#reset.hidden = this.#choice === null;
    this.#codeAwareHint.hidden = !this.#codeAware.checked;
    this.#drawButtons(available, shown);
    this.#drawSheets(state, shown);
  }

  /** Buttons that are there stay, so that one keeps the keyboard's focus while others join. */
  #drawButtons(available: readonly number[], shown: readonly number[]): void {
    for (const button of [...this.#buttons.children] as HTMLElement[]) {
      if (!available.includes(Number(button.dataset.epoch))) {
        button.remove();
      }
    }
    available.forEach((epoch, i) => {
      const button = this.#buttons.querySelector<HTMLElement>(`[data-epoch="${epoch}"]`) ?? this.#addButton(epoch, i);
      button.setAttribute('aria-pressed', String(shown.includes(epoch)));
    });
  }

  #addButton(epoch: number, position: number): HTMLElement {
    const attributes = {
      type: 'button',
      class: 'chip',
      'data-epoch': String(epoch),
      'aria-label': `Epoch ${epochs(epoch)}`,
    };
    const button = element('button', attributes, epochs(epoch));
    button.addEventListener('click', () => {
      const available = this.#state?.samples.map((sample) => sample.epoch) ?? [];
      this.#choose(toggled(this.#choice, available, epoch));
    });
    this.#buttons.insertBefore(button, this.#buttons.children[position] ?? null);
    return button;
  }

  #drawSheets(state: PanelState, shown: readonly number[]): void {
    for (const [epoch, card] of this.#cards) {
      if (!shown.includes(epoch)) {
        card.element.remove();
        this.#cards.delete(epoch);
      }
    }
    const samples = state.samples.filter(({ epoch }) => shown.includes(epoch));
    samples.forEach((sample, i) => {
      const card = this.#cards.get(sample.epoch) ?? this.#addSheet(sample, i);
      card.show(sample, validationAt(state, sample.epoch), this.#codeAware.checked);
      this.#askFor(sample, state);
    });
  }

  #addSheet(sample: Sample, position: number): SampleCard {
    const card = new SampleCard(sample);
    this.#cards.set(sample.epoch, card);
    this.#place.insertBefore(card.element, this.#place.children[position] ?? null);
    return card;
  }

  /** Once, and not before its weights are on the disk. */
  #askFor(sample: Sample, state: PanelState): void {
    if (this.#codeAware.checked && sample.codeAware === null && isKept(state, sample) && !this.#asked.has(sample)) {
      this.#asked.add(sample);
      this.#on.want(sample.epoch);
    }
  }

  #choose(choice: EpochChoice): void {
    this.#choice = choice;
    this.#on.choice(choice);
    this.#redraw();
  }
}
