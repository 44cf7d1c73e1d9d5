import type { Filter } from './filter';

export const trailingSpace: Filter = {
  name: 'trailing-space',
  reason: 'The suggestion would have been little more than spaces.',
  keep: (text) => text.trimEnd(),
};
