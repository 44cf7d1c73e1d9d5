import { useState } from 'preact/hooks';
import { DeleteRun, RenameRun } from '../../protocol/messages';
import type { RunSummary } from '../../protocol/run-summary';
import { ask, useKept } from '../host';
import { RunRow } from './run-row';
import type { KnownRuns } from './use-runs';

const WHAT_IT_IS =
  'The current training and up to five before it, those in at most 500 MB. Ticked ones lie over the curve: validation, by epochs.';
const ONLY_ONE = 'This is the only training so far. The next one sets it aside, and then the two can be compared here.';

/** Section of the trainings that are kept: configurations and figures, to compare, name, export and delete. */
export function RunTable({ runs: { answer, refresh } }: { runs: KnownRuns }) {
  const [isOpen, setOpen] = useKept('areRunsOpen');
  const [problem, setProblem] = useState<string | null>(null);
  const { value: runs, problem: unread } = answer;
  const change = async (work: Promise<unknown>) => {
    setProblem(null);
    await work.catch((error: unknown) => setProblem((error as Error).message));
    refresh();
  };
  return (
    <details id="runs" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Trainings</summary>
      {(problem ?? unread) !== null && (
        <p class="hint" role="alert">
          {problem ?? unread}
        </p>
      )}
      <p class="hint">{WHAT_IT_IS}</p>
      {runs !== null && <Table runs={runs} change={change} />}
      {runs?.length === 1 && <p class="hint">{ONLY_ONE}</p>}
    </details>
  );
}

interface RunListProps {
  readonly runs: readonly RunSummary[];
  /** Does something to a training, says why it failed, and asks for the trainings again. */
  readonly change: (work: Promise<unknown>) => Promise<void>;
}

function Table({ runs, change }: RunListProps) {
  return (
    <div class="grid-scroller">
      <table id="run-table">
        <caption class="for-screen-readers">Trainings that are kept</caption>
        <thead>
          <tr>
            {['Compare', 'Training', 'Network', 'Trained', 'Best bits per character', 'Size', 'Actions'].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow
              key={run.id}
              run={run}
              rename={(name) => change(ask(RenameRun, { id: run.id, name }))}
              remove={() => change(ask(DeleteRun, { id: run.id }))}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
