import { useEffect, useRef } from 'preact/hooks';
import { epochs } from '../../protocol/format';
import { printableLines } from '../../protocol/printable';
import { promptName, type SampleGrid } from '../samples/sample-grid';

/** Characters of a sample that its cell shows. */
const PREVIEW = 160;

interface GridProps {
  readonly grid: SampleGrid;
  readonly epoch: number;
  readonly prompt: string;
  readonly choose: (epoch: number, prompt: string) => void;
}

/** Table of the beginnings of all samples: epochs as columns, prompts as rows. A click shows a sample below. */
export function Grid({ grid, epoch, prompt, choose }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => showColumn(scroller.current!), [epoch]);
  return (
    <div class="grid-scroller" ref={scroller}>
      <table id="sample-grid">
        <caption class="for-screen-readers">Beginnings of the samples, by epoch and prompt</caption>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            {grid.epochs.map((column) => (
              <th key={column} scope="col">
                {epochs(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.prompts.map((row) => (
            <tr key={row}>
              <th scope="row">{printableLines(promptName(row))}</th>
              {grid.epochs.map((column) => (
                <Cell
                  key={column}
                  text={grid.at(column, row)?.text}
                  isChosen={column === epoch && row === prompt}
                  label={`Epoch ${epochs(column)} after ${promptName(row)}`}
                  choose={() => choose(column, row)}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly text: string | undefined;
  readonly isChosen: boolean;
  readonly label: string;
  readonly choose: () => void;
}

function Cell({ text, isChosen, label, choose }: CellProps) {
  const beginning = text === undefined ? '' : printableLines(preview(text));
  return (
    <td>
      {text !== undefined && (
        <button type="button" aria-pressed={isChosen} aria-label={`${label}: ${beginning}`} onClick={choose}>
          {beginning}
        </button>
      )}
    </td>
  );
}

/** Beginning of a sample without empty lines, of which there is nothing to see. */
function preview(text: string): string {
  return text
    .trimStart()
    .replace(/\n\s*\n/g, '\n')
    .slice(0, PREVIEW);
}

/** Scrolls sideways alone: a film must not move the page. */
function showColumn(scroller: HTMLElement): void {
  const cell = scroller.querySelector<HTMLElement>('[aria-pressed="true"]')?.parentElement;
  const heading = scroller.querySelector<HTMLElement>('tbody th')?.offsetWidth ?? 0;
  if (!cell) {
    return;
  }
  const { scrollLeft, clientWidth } = scroller;
  const end = cell.offsetLeft + cell.offsetWidth;
  if (cell.offsetLeft - heading < scrollLeft) {
    scroller.scrollLeft = cell.offsetLeft - heading;
  } else if (end > scrollLeft + clientWidth) {
    scroller.scrollLeft = end - clientWidth;
  }
}
