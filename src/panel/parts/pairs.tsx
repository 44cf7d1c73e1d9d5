import { printableLines } from '../../protocol/printable';

/** Stands for a value that is not known yet. */
export const UNKNOWN = '–';

/** A name and a value, in words. */
export interface Pair {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** List of pairs; `id` and a pair's own id make the pair's id in the page. */
export function Pairs({ id, class: look, pairs }: { id: string; class?: string; pairs: readonly Pair[] }) {
  return (
    <dl id={id} class={look}>
      {pairs.map((pair) => (
        <div key={pair.id} id={`${id}-${pair.id}`}>
          <dt>{pair.label}</dt>
          <dd>{printableLines(pair.value)}</dd>
        </div>
      ))}
    </dl>
  );
}
