import { MARK_KINDS, type Mark } from '../../protocol/marks';
import type { RunDetails } from '../../protocol/run-summary';
import type { CorpusEvent, TrainingEvent } from '../../protocol/training-events';
import type { Run } from '../run';
import { detailsOf, displayName } from '../summarise-run';

type EventOf<Kind extends TrainingEvent['kind']> = Extract<TrainingEvent, { kind: Kind }>;

/** What is told of a run, by kind and in order of the epochs. */
export interface RunHistory {
  readonly name: string;
  /** ISO 8601. */
  readonly created: string;
  readonly details: RunDetails;
  readonly corpus: CorpusEvent;
  readonly progress: readonly EventOf<'progress'>[];
  readonly validations: readonly EventOf<'validation'>[];
  readonly samples: readonly EventOf<'sample'>[];
  readonly structure: readonly EventOf<'structure'>[];
}

/** @throws UserError where the run's files are damaged */
export function historyOf(run: Run): RunHistory {
  const info = run.info();
  const events = run.events();
  return {
    name: displayName(run, info),
    created: info.created,
    details: detailsOf(run, info),
    corpus: info.corpus,
    progress: events.flatMap((event) => (event.kind === 'progress' ? [event] : [])),
    validations: events.flatMap((event) => (event.kind === 'validation' ? [event] : [])),
    samples: events.flatMap((event) => (event.kind === 'sample' ? [event] : [])),
    structure: events.flatMap((event) => (event.kind === 'structure' ? [event] : [])),
  };
}

/** Number of marks of each kind in a sample; null where the sample was not marked. */
export function markCounts(marks: readonly Mark[] | undefined): Record<Mark['kind'], number> | null {
  if (marks === undefined) {
    return null;
  }
  const counts = MARK_KINDS.map((kind) => [kind, marks.filter((mark) => mark.kind === kind).length] as const);
  return Object.fromEntries(counts) as Record<Mark['kind'], number>;
}
