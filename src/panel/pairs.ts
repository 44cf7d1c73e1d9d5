import { element, setText } from './element';

/** A name and a value, in words. */
export interface Pair {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** Fills a <dl> with pairs; those that are there already only change their text. */
export function showPairs(list: HTMLElement, pairs: readonly Pair[]): void {
  for (const { id, label, value } of pairs) {
    const present = list.querySelector<HTMLElement>(`#${list.id}-${id}`);
    const pair = present ?? element('div', { id: `${list.id}-${id}` }, element('dt'), element('dd'));
    if (present === null) {
      list.append(pair);
    }
    setText(pair.querySelector('dt')!, label);
    setText(pair.querySelector('dd')!, value);
  }
}
