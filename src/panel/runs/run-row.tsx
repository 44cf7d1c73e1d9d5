import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunSummary } from '../../protocol/run-summary';
import { send, useKept } from '../host';
import { canOverlay, runCells } from './run-figures';

interface RunRowProps {
  readonly run: RunSummary;
  readonly rename: (name: string) => void;
  readonly remove: () => void;
}

type Doing = 'nothing' | 'renaming' | 'deleting';

/** Row of a training: a tick for its curve, its figures, and what can be done with it. */
export function RunRow({ run, rename, remove }: RunRowProps) {
  const [doing, setDoing] = useState<Doing>('nothing');
  const { network, trained, best, size } = runCells(run);
  const actions = useFocusAfter(doing);
  const end = () => setDoing('nothing');
  return (
    <tr data-run={run.id}>
      <td>
        <Tick run={run} />
      </td>
      <th scope="row">
        {doing === 'renaming' ? (
          <NameField
            name={run.name}
            save={(name) => {
              end();
              rename(name);
            }}
            end={end}
          />
        ) : (
          run.name
        )}
        {run.isCurrent && <span class="hint"> (current)</span>}
      </th>
      <td>{network}</td>
      <td>{trained}</td>
      <td>{best}</td>
      <td>{size}</td>
      <td class="run-actions" ref={actions}>
        {doing === 'deleting' ? (
          <Deletion name={run.name} remove={remove} end={end} />
        ) : (
          <>
            <Action label="Rename" name={run.name} act={() => setDoing('renaming')} />
            <Action label="Export" name={run.name} act={() => send({ kind: 'exportRun', run: run.id })} />
            <Action label="Delete" name={run.name} act={() => setDoing('deleting')} />
          </>
        )}
      </td>
    </tr>
  );
}

/** Cell of a row's actions: its first one gets the focus back once something that was begun there is over. */
function useFocusAfter(doing: Doing) {
  const cell = useRef<HTMLTableCellElement>(null);
  const before = useRef(doing);
  useEffect(() => {
    if (doing === 'nothing' && before.current !== 'nothing') {
      cell.current?.querySelector('button')?.focus();
    }
    before.current = doing;
  }, [doing]);
  return cell;
}

function Tick({ run }: { run: RunSummary }) {
  const [ticked, setTicked] = useKept('overlaidRuns');
  if (!canOverlay(run)) {
    return null;
  }
  const others = ticked.filter((id) => id !== run.id);
  return (
    <input
      type="checkbox"
      aria-label={`Compare ${run.name}`}
      checked={ticked.includes(run.id)}
      onChange={({ currentTarget }) => setTicked(currentTarget.checked ? [...others, run.id] : others)}
    />
  );
}

function Action({ label, name, act }: { label: string; name: string; act: () => void }) {
  return (
    <button type="button" class="link" aria-label={`${label} ${name}`} onClick={act}>
      {label}
    </button>
  );
}

/** Asks before it deletes; the safe answer has the focus. */
function Deletion({ name, remove, end }: { name: string; remove: () => void; end: () => void }) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <span>
      Delete for good?{' '}
      <button
        type="button"
        class="link"
        aria-label={`Delete ${name} for good`}
        onClick={() => {
          end();
          remove();
        }}
      >
        Delete
      </button>{' '}
      <button type="button" class="link" aria-label={`Keep ${name}`} ref={keep} onClick={end}>
        Keep
      </button>
    </span>
  );
}

/** Field for a name: Enter saves it, Escape does not. */
function NameField({ name, save, end }: { name: string; save: (name: string) => void; end: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(field.current!.value);
      }}
    >
      <input
        ref={field}
        class="field"
        aria-label="Name of the training"
        defaultValue={name}
        maxLength={100}
        onKeyDown={({ key }) => key === 'Escape' && end()}
      />{' '}
      <button type="submit" class="link">
        Save
      </button>
    </form>
  );
}
