import { epochs, networkText } from '../../protocol/format';
import type { RunSummary } from '../../protocol/run-summary';

/** Network that can be measured: that of a training, by its id, and of an epoch that was kept. */
export interface NetworkChoice {
  readonly run: string;
  readonly epoch: number;
}

/** Networks of one training to choose from. */
export interface NetworkGroup {
  readonly run: string;
  /** What the training is called. */
  readonly name: string;
  /** Its cell, layers and units. */
  readonly network: string;
  readonly epochs: readonly number[];
}

/** Trainings whose networks can be measured, in the order of `runs`, and their epochs. */
export function networkGroups(runs: readonly RunSummary[]): NetworkGroup[] {
  return runs.flatMap(({ id, name, isCurrent, details }) => {
    if (details === null || details.checkpoints.length === 0) {
      return [];
    }
    const network = networkText(details);
    return [{ run: id, name: isCurrent ? `${name} (current)` : name, network, epochs: details.checkpoints }];
  });
}

/** Value of a choice in a list, and of none. */
export function keyOf(choice: NetworkChoice | null): string {
  return choice === null ? '' : `${choice.epoch} ${choice.run}`;
}

/** The choice behind a key where it is still there; else null. */
export function choiceOf(key: string, groups: readonly NetworkGroup[]): NetworkChoice | null {
  const choices = groups.flatMap(({ run, epochs }) => epochs.map((epoch) => ({ run, epoch })));
  return choices.find((choice) => keyOf(choice) === key) ?? null;
}

/** The newest network of the first training; null where there is none. */
export function newestChoice(groups: readonly NetworkGroup[]): NetworkChoice | null {
  const [first] = groups;
  const epoch = first?.epochs.at(-1);
  return first === undefined || epoch === undefined ? null : { run: first.run, epoch };
}

/** "GRU 3 × 512, epoch 4": a network in a few words. */
export function networkName(network: Parameters<typeof networkText>[0] & { readonly epoch: number }): string {
  return `${networkText(network)}, epoch ${epochs(network.epoch)}`;
}
