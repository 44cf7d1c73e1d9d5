import { bpc, epochs } from '../protocol/wording';
import { element, setText } from './element';
import { type Choice, shownEpochs, toggled } from './sample-choice';
import { type Sample, type Story, validationAt } from './story';
import { pieces } from './tint';

/** What the network writes, epoch beside epoch. */
export class Samples {
  readonly element: HTMLElement;
  private readonly buttons = element('div', { id: 'sample-choice', role: 'group', 'aria-label': 'Epochs to compare' });
  private readonly reset = element(
    'button',
    { id: 'sample-reset', type: 'button', class: 'link' },
    'Follow the newest',
  );
  private readonly sheets = element('div', { id: 'samples' });
  private readonly hint = element('p', { class: 'hint' }, 'The first sample comes at epoch 0.03.');
  private story: Story | null = null;

  constructor(
    private choice: Choice,
    private readonly onChoice: (choice: Choice) => void,
  ) {
    this.reset.addEventListener('click', () => this.choose(null));
    this.element = element(
      'section',
      { id: 'samples-section', 'aria-labelledby': 'samples-title' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', { id: 'samples-title' }, 'What it writes at epoch'),
        this.buttons,
        this.reset,
      ),
      this.hint,
      this.sheets,
    );
  }

  show(story: Story): void {
    const isChanged = story.samples !== this.story?.samples || story.validation !== this.story.validation;
    this.story = story;
    if (isChanged) {
      this.draw(story);
    }
  }

  private draw(story: Story): void {
    const available = story.samples.map(({ epoch }) => epoch);
    const shown = shownEpochs(this.choice, available);
    this.hint.hidden = available.length > 0;
    this.reset.hidden = this.choice === null;
    this.drawButtons(available, shown);
    this.drawSheets(story, shown);
  }

  /** Buttons that are there stay, so that one keeps the keyboard's focus while others join. */
  private drawButtons(available: readonly number[], shown: readonly number[]): void {
    for (const button of [...this.buttons.children] as HTMLElement[]) {
      if (!available.includes(Number(button.dataset.epoch))) {
        button.remove();
      }
    }
    available.forEach((epoch, i) => {
      const button = this.buttons.querySelector<HTMLElement>(`[data-epoch="${epoch}"]`) ?? this.addButton(epoch, i);
      button.setAttribute('aria-pressed', String(shown.includes(epoch)));
    });
  }

  private addButton(epoch: number, position: number): HTMLElement {
    const attributes = {
      type: 'button',
      class: 'chip',
      'data-epoch': String(epoch),
      'aria-label': `Epoch ${epochs(epoch)}`,
    };
    const button = element('button', attributes, epochs(epoch));
    button.addEventListener('click', () => {
      const available = this.story?.samples.map((sample) => sample.epoch) ?? [];
      this.choose(toggled(this.choice, available, epoch));
    });
    this.buttons.insertBefore(button, this.buttons.children[position] ?? null);
    return button;
  }

  private drawSheets(story: Story, shown: readonly number[]): void {
    for (const sheet of [...this.sheets.children] as HTMLElement[]) {
      if (!shown.includes(Number(sheet.dataset.epoch))) {
        sheet.remove();
      }
    }
    const samples = story.samples.filter(({ epoch }) => shown.includes(epoch));
    samples.forEach((sample, i) => {
      const present = this.sheets.querySelector<HTMLElement>(`[data-epoch="${sample.epoch}"]`);
      const sheet = present ?? sheetOf(sample);
      if (present === null) {
        this.sheets.insertBefore(sheet, this.sheets.children[i] ?? null);
      }
      const validation = validationAt(story, sample.epoch);
      setText(sheet.querySelector<HTMLElement>('.sheet-bpc')!, validation ? `${bpc(validation.bpc)} bpc` : '');
    });
  }

  private choose(choice: Choice): void {
    this.choice = choice;
    this.onChoice(choice);
    if (this.story !== null) {
      this.draw(this.story);
    }
  }
}

function sheetOf({ epoch, prompt, text }: Sample): HTMLElement {
  const title = `Epoch ${epochs(epoch)}`;
  const written = pieces(text).map(({ kind, text }) =>
    kind === 'plain' ? text : element('span', { class: kind }, text),
  );
  // A line end, with which samples begin by default, is nothing to see.
  const given =
    prompt.trim() === '' ? [] : [element('mark', { title: 'Given to the network; it writes on from here' }, prompt)];
  return element(
    'article',
    { 'data-epoch': String(epoch), 'aria-label': title },
    element('header', {}, element('h3', {}, title), element('span', { class: 'sheet-bpc' })),
    // Focusable, so that the keyboard can scroll it.
    element(
      'div',
      { class: 'sheet', tabindex: '0', role: 'group', 'aria-label': `Sample of ${title.toLowerCase()}` },
      element('pre', {}, ...given, ...written),
    ),
  );
}
