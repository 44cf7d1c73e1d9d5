import { count, day, epochs, expectations, milliseconds, percent } from '../../protocol/format';
import type { Statistics } from '../../protocol/statistics';
import { type Pair, UNKNOWN } from '../parts/pairs';
import type { PanelState } from '../state';

/** Figures of the suggestions shown so far. */
export function suggestionFigures({ shown, accepted, characters, latency }: Statistics): Pair[] {
  return [
    { id: 'shown', label: 'shown', value: count(shown) },
    { id: 'accepted', label: 'accepted', value: shown === 0 ? UNKNOWN : percent(accepted / shown) },
    { id: 'characters', label: 'characters saved', value: count(characters) },
    { id: 'time', label: 'median time', value: latency === null ? UNKNOWN : milliseconds(latency.p50) },
  ];
}

/** Epoch, suggestions shown, share accepted, characters saved: of each epoch that was chosen to suggest from. */
export function epochFigures({ byEpoch }: Statistics): string[][] {
  return byEpoch.map(({ epoch, shown, accepted, characters }) => [
    epochs(epoch),
    count(shown),
    shown === 0 ? UNKNOWN : percent(accepted / shown),
    count(characters),
  ]);
}

const STAYS_HERE = 'These figures never leave this machine.';

export function suggestionNote({ shown, since }: Statistics): string {
  return shown === 0
    ? `None shown yet: type in a Python file, and Tab takes over what appears. ${STAYS_HERE}`
    : `Counted since ${day(since)}. ${STAYS_HERE}`;
}

/** Expected figures of suggestions, as long as the same experts make them. */
export function suggestionExpectations({ operatingPoints, status }: PanelState): string {
  const model = status !== null && 'model' in status ? status.model : null;
  const isTheirs = operatingPoints !== null && model?.memory === operatingPoints.memory;
  return isTheirs ? expectations(operatingPoints) : '';
}
