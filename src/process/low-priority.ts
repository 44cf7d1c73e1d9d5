import { constants, setPriority } from 'node:os';

/** Lowers the priority of this process: typing comes first. Where that is not allowed it stays as it is. */
export function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Not allowed everywhere.
  }
}
