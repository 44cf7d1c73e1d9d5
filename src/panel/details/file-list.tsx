import { useEffect, useMemo, useState } from 'preact/hooks';
import { ReadTrainingFiles } from '../../protocol/messages';
import { printableLines } from '../../protocol/printable';
import type { TrainingFile, TrainingFiles } from '../../protocol/training-files';
import { ask, send, useKept } from '../host';
import { useAnswer } from '../parts/use-answer';
import type { PanelState } from '../state';
import { filesTitle, matchText, number, unlistedText } from './details-text';
import { clickedOrder, type FileColumn, type FileOrder, LARGEST_FIRST, orderedFiles } from './file-order';

const NO_LIST =
  'No list of the files was kept with this training, which an earlier version of Understudy began. Resuming it, or training anew, keeps one.';
const HELD_OUT =
  'The network never learns from files that are held out (◇): validation measures what it has understood on them. A click opens a file.';

/** Files from which one looks for a file rather than at all of them. */
const MANY = 20;

/** Rows that are drawn at first, and with every further step. */
const ROWS = 100;

/** Files that are learnt from and those held out, with their sizes; asked for while somebody looks at them. */
export function FileList({ state: { corpus, started } }: { state: PanelState }) {
  const [isOpen, setOpen] = useKept('areFilesOpen');
  const [answer, put] = useAnswer<{ readonly files: TrainingFiles | null }>();
  const isWanted = isOpen && started !== null;
  // Once for every training and resume, which read the files anew.
  useEffect(() => {
    if (isWanted) {
      put(async () => ({ files: await ask(ReadTrainingFiles, undefined) }));
    }
  }, [isWanted, started]);
  if (corpus === null) {
    return null;
  }
  const { value, problem } = answer;
  return (
    <details id="files" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{filesTitle(corpus)}</summary>
      {problem !== null && (
        <p class="error" role="alert">
          {problem}
        </p>
      )}
      {value !== null && (value.files === null ? <p class="hint">{NO_LIST}</p> : <Files files={value.files} />)}
    </details>
  );
}

function Files({ files }: { files: TrainingFiles }) {
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState(LARGEST_FIRST);
  const [rows, setRows] = useState(ROWS);
  const { listed } = files;
  const ordered = useMemo(() => orderedFiles(listed, filter, order), [listed, filter, order]);
  const unlisted = unlistedText(files);
  return (
    <>
      <p class="hint">{HELD_OUT}</p>
      {unlisted !== null && <p class="hint">{unlisted}</p>}
      {listed.length > MANY && (
        <Filter filter={filter} set={setFilter} matches={matchText(ordered.length, listed.length)} />
      )}
      <div class="grid-scroller">
        <table id="file-table">
          <caption class="for-screen-readers">Files of the training</caption>
          <thead>
            <tr>
              <Heading column="name" title="File" order={order} set={setOrder} />
              <Heading column="characters" title="Characters" order={order} set={setOrder} />
              <Heading column="isHeldOut" title="Part" order={order} set={setOrder} />
            </tr>
          </thead>
          <tbody>
            {ordered.slice(0, rows).map((file) => (
              <Row key={file.name} file={file} />
            ))}
          </tbody>
        </table>
      </div>
      {ordered.length > rows && (
        <button id="more-files" type="button" class="link" onClick={() => setRows(rows + ROWS)}>
          Show more: {number(ordered.length - rows)} are left
        </button>
      )}
    </>
  );
}

interface FilterProps {
  readonly filter: string;
  readonly set: (filter: string) => void;
  /** How many files it leaves, in words. */
  readonly matches: string;
}

function Filter({ filter, set, matches }: FilterProps) {
  return (
    <div class="file-filter">
      <input
        id="file-filter"
        class="field"
        type="search"
        aria-label="Find files by a part of their path"
        placeholder="A part of the path"
        value={filter}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      <span class="hint" aria-live="polite">
        {matches}
      </span>
    </div>
  );
}

interface HeadingProps {
  readonly column: FileColumn;
  readonly title: string;
  readonly order: FileOrder;
  readonly set: (order: FileOrder) => void;
}

/** Heading of a column, which sorts by it. */
function Heading({ column, title, order, set }: HeadingProps) {
  const sorted = order.column !== column ? 'none' : order.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={sorted}>
      <button type="button" onClick={() => set(clickedOrder(order, column))}>
        {title}
        <span aria-hidden="true">{{ none: '', descending: ' ▾', ascending: ' ▴' }[sorted]}</span>
      </button>
    </th>
  );
}

function Row({ file: { name, characters, isHeldOut } }: { file: TrainingFile }) {
  return (
    <tr class={isHeldOut ? 'held-out' : undefined}>
      <th scope="row" class="file-name">
        <button type="button" class="link" onClick={() => send({ kind: 'openSource', file: name, line: 1 })}>
          {printableLines(name)}
        </button>
      </th>
      <td>{number(characters)}</td>
      <td>
        {isHeldOut ? (
          <>
            <span aria-hidden="true">◇ </span>held out
          </>
        ) : (
          'learnt'
        )}
      </td>
    </tr>
  );
}
