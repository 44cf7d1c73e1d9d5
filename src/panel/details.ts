import { element, setText } from './element';
import { showPairs } from './pairs';
import { facts } from './panel-text';
import type { Story } from './story';

/** What was trained on what and where, and which files were left out. */
export class Details {
  private readonly facts = element('dl', { id: 'facts' });
  private readonly skipped = new Skipped();
  readonly element = element(
    'section',
    { id: 'details-section', 'aria-labelledby': 'details-title' },
    element('div', { class: 'section-head' }, element('h2', { id: 'details-title' }, 'Details')),
    this.facts,
    this.skipped.element,
  );

  show(story: Story): void {
    showPairs(this.facts, facts(story));
    this.skipped.show(story.corpus?.skipped ?? []);
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
