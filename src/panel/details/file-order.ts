import type { TrainingFile } from '../../protocol/training-files';

/** Columns by which files are sorted. */
export type FileColumn = 'name' | 'characters' | 'isHeldOut';

export interface FileOrder {
  readonly column: FileColumn;
  readonly isDescending: boolean;
}

export const LARGEST_FIRST: FileOrder = { column: 'characters', isDescending: true };

/** Order after a click on a column's heading: the other way round, or a new column the way that one looks for first. */
export function clickedOrder(order: FileOrder, column: FileColumn): FileOrder {
  return { column, isDescending: order.column === column ? !order.isDescending : column !== 'name' };
}

/** Files whose path has `filter` in it, whatever the letter case, in an order; files that are equal in it by name. */
export function orderedFiles(
  files: readonly TrainingFile[],
  filter: string,
  { column, isDescending }: FileOrder,
): TrainingFile[] {
  const wanted = filter.trim().toLowerCase();
  const matching = files.filter(({ name }) => name.toLowerCase().includes(wanted));
  const sign = isDescending ? -1 : 1;
  return matching.sort((a, b) => sign * compare(a[column], b[column]) || compare(a.name, b.name));
}

function compare<T extends string | number | boolean>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
