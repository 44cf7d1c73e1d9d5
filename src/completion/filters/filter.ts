import type { CodePlace } from '../place';
import type { SuppressionRule } from '../suppression-rules';

/** A rule that looks at a text about to be shown and keeps a prefix of it; the empty one drops it. */
export interface Filter extends SuppressionRule {
  keep(text: string, place: CodePlace): string;
}
