import type { Status } from '../protocol/model-status';
import type { ProgressEvent, TrainingEvent } from '../protocol/training-events';

/**
 * History of the training as the server has told it; kept by the extension host, because a hidden panel gets no
 * messages.
 */
export interface TrainingHistory {
  readonly status: Status;
  readonly events: readonly TrainingEvent[];
}

export const EMPTY_HISTORY: TrainingHistory = { status: { kind: 'no-model' }, events: [] };

/** A curve needs no more points than this, and a day of training would bring a hundred times as many. */
const MOST_PROGRESS_EVENTS = 2000;

/** The history after one more event. A training from the beginning starts a new history. */
export function withEvent(history: TrainingHistory, event: TrainingEvent): TrainingHistory {
  if (event.kind === 'started' && event.fromEpoch === 0) {
    const corpus = history.events.filter(({ kind }) => kind === 'corpus').slice(-1);
    return { ...history, events: [...corpus, event] };
  }
  // Of readings only the newest tells anything, until the corpus is there.
  const events = history.events.filter(({ kind }) => kind !== 'reading');
  return { ...history, events: thinned([...events, event]) };
}

/** The history after a change of status. Without a model there is nothing to tell. */
export function withStatus(history: TrainingHistory, status: Status): TrainingHistory {
  return { status, events: status.kind === 'no-model' ? [] : history.events };
}

/** The same events with every two progress events merged into one, as often as there are too many. */
export function thinned(events: readonly TrainingEvent[]): readonly TrainingEvent[] {
  const progress = events.filter((event) => event.kind === 'progress');
  return progress.length <= MOST_PROGRESS_EVENTS ? events : thinned(merged(events, progress));
}

function merged(events: readonly TrainingEvent[], progress: readonly ProgressEvent[]): TrainingEvent[] {
  const pairs = new Map<TrainingEvent, ProgressEvent>();
  for (let i = 0; i + 1 < progress.length; i += 2) {
    const [earlier, later] = [progress[i]!, progress[i + 1]!];
    pairs.set(later, { ...later, trainBpc: (earlier.trainBpc + later.trainBpc) / 2 });
  }
  const last = progress.at(-1)!;
  return events
    .filter((event) => event.kind !== 'progress' || event === last || pairs.has(event))
    .map((event) => pairs.get(event) ?? event);
}
