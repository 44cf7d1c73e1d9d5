import { element, setText } from './element';
import { type Action, type Figure, facts, figures, headerText } from './header-text';
import type { Story } from './story';

/** What is going on: state, buttons, progress, figures. */
export class Header {
  readonly element: HTMLElement;
  private readonly title = element('h1', { id: 'state' });
  private readonly explanation = element('p', { id: 'explanation' });
  private readonly actions = element('div', { id: 'actions' });
  private readonly bar = element('progress', { id: 'progress', max: '1', 'aria-label': 'Training progress' });
  private readonly progressText = element('span', { id: 'progress-text' });
  private readonly progressRow = element('div', { class: 'progress-row' }, this.bar, this.progressText);
  private readonly notice = element('p', { id: 'notice', role: 'status' });
  private readonly figures = element('dl', { id: 'figures' });
  private readonly facts = element('dl', { id: 'facts' });
  private readonly skipped = new Skipped();

  constructor(private readonly act: (action: Action) => void) {
    this.element = element(
      'header',
      { id: 'header' },
      element('div', { class: 'headline' }, element('div', {}, this.title, this.explanation), this.actions),
      this.progressRow,
      this.notice,
      this.figures,
      this.facts,
      this.skipped.element,
    );
  }

  show(story: Story): void {
    const text = headerText(story);
    setText(this.title, text.title);
    setText(this.explanation, text.explanation);
    this.explanation.classList.toggle('error', text.isError);
    this.explanation.setAttribute('role', text.isError ? 'alert' : 'none');
    this.showActions(text.actions);
    this.progressRow.hidden = text.done === null;
    this.bar.value = text.done ?? 0;
    setText(this.progressText, text.progressText);
    const notice = story.started?.notice ?? '';
    setText(this.notice, notice);
    this.notice.hidden = notice === '';
    this.figures.hidden = story.started === null;
    showPairs(this.figures, figures(story));
    this.facts.hidden = story.started === null;
    showPairs(this.facts, facts(story));
    this.skipped.show(story.corpus?.skipped ?? []);
  }

  private showActions(actions: ReturnType<typeof headerText>['actions']): void {
    const wanted = actions.map(({ action, label }) => `${action} ${label}`).join();
    if (this.actions.dataset.wanted === wanted) {
      return;
    }
    this.actions.dataset.wanted = wanted;
    const buttons = actions.map(({ action, label }, i) => {
      const button = element('button', { id: action, type: 'button', class: i === 0 ? 'primary' : 'secondary' }, label);
      button.addEventListener('click', () => this.act(action));
      return button;
    });
    this.actions.replaceChildren(...buttons);
  }
}

function showPairs(list: HTMLElement, pairs: readonly Figure[]): void {
  for (const { id, label, value } of pairs) {
    const present = list.querySelector<HTMLElement>(`#${list.id}-${id}`);
    const pair = present ?? element('div', { id: `${list.id}-${id}` }, element('dt'), element('dd'));
    if (present === null) {
      list.append(pair);
    }
    setText(pair.querySelector('dt')!, label);
    setText(pair.querySelector('dd')!, value);
  }
  for (const pair of [...list.children]) {
    if (!pairs.some(({ id }) => pair.id === `${list.id}-${id}`)) {
      pair.remove();
    }
  }
}

/** Which files were left out, and why, for those who miss one. */
class Skipped {
  private readonly summary = element('summary');
  private readonly list = element('ul');
  readonly element = element('details', { id: 'skipped' }, this.summary, this.list);
  private files: readonly { path: string; reason: string }[] | null = null;

  show(files: readonly { path: string; reason: string }[]): void {
    if (files === this.files) {
      return;
    }
    this.files = files;
    this.element.hidden = files.length === 0;
    setText(this.summary, files.length === 1 ? 'One file was left out' : `${files.length} files were left out`);
    this.list.replaceChildren(
      ...files.map(({ path, reason }) => element('li', {}, element('code', {}, path), ` ${reason}`)),
    );
  }
}
