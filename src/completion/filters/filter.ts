import type { SuppressionRule } from '../expected-savings';
import type { CodePlace } from '../place';

/** A rule that looks at a text about to be shown and keeps a prefix of it; the empty one drops it. */
export interface Filter extends SuppressionRule {
  keep(text: string, place: CodePlace): string;
}
