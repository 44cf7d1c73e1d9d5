import type { HoldingRule } from '../expected-savings';
import type { CodePlace } from '../place';

/** A rule that looks at a text about to be shown and keeps a prefix of it; the empty one drops it. */
export interface Filter extends HoldingRule {
  keep(text: string, place: CodePlace): string;
}
