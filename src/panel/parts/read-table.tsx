import { printableLines } from '../../protocol/printable';

export interface RowsTableProps {
  /** For screen readers; others see what the table stands beside. */
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of each row is its heading. */
  readonly rows: readonly (readonly string[])[];
}

/** Table of texts. */
export function RowsTable({ caption, head, rows, class: name }: RowsTableProps & { readonly class?: string }) {
  return (
    <table class={name}>
      <caption class="for-screen-readers">{caption}</caption>
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col">
              {printableLines(title)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([heading, ...cells]) => (
          <tr key={heading}>
            <th scope="row">{heading}</th>
            {cells.map((cell, i) => (
              <td key={i}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Table beside a chart, for screen readers: others see the chart. */
export function ReadTable(props: RowsTableProps) {
  return (
    <div class="for-screen-readers">
      <RowsTable {...props} />
    </div>
  );
}
