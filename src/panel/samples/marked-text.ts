import type { Mark } from '../../protocol/marks';
import { type HighlightKind, highlight } from './highlight';

/** Characters that are drawn alike: of one token, and under the same marks. */
export interface TextRun {
  readonly text: string;
  readonly syntax: HighlightKind;
  /** Without recitation. */
  readonly marks: readonly Mark[];
  /** In none of the other text's common parts, where two texts are compared. */
  readonly isDifferent: boolean;
}

/** Runs that are recited from one place, or that stand between such. */
export interface TextPart {
  readonly recited: Mark | null;
  readonly runs: readonly TextRun[];
}

/** Characters from `start` to before `end`, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Splits a text where its syntax, its marks or its differences change. The runs, joined again, are the text. */
export function markedText(text: string, marks: readonly Mark[], differences: readonly TextRange[] = []): TextPart[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...marks, ...differences]) {
    cuts.add(start).add(end);
  }
  const syntax: HighlightKind[] = [];
  for (const token of highlight(text)) {
    cuts.add(syntax.length);
    syntax.push(...Array<HighlightKind>(token.text.length).fill(token.kind));
  }
  const parts: { recited: Mark | null; runs: TextRun[] }[] = [];
  const places = [...cuts].filter((cut) => cut <= text.length).sort((a, b) => a - b);
  const at = rangesAt(marks);
  const isDifferentAt = rangesAt(differences);
  for (let i = 0; i + 1 < places.length; i++) {
    const [start, end] = [places[i]!, places[i + 1]!];
    const here = at(start);
    const recited = here.find(({ kind }) => kind === 'recited') ?? null;
    if (parts.length === 0 || parts.at(-1)!.recited !== recited) {
      parts.push({ recited, runs: [] });
    }
    parts.at(-1)!.runs.push({
      text: text.slice(start, end),
      syntax: syntax[start]!,
      marks: here.filter(({ kind }) => kind !== 'recited'),
      isDifferent: isDifferentAt(start).length > 0,
    });
  }
  return parts;
}

/** The ranges that a place lies in; places have to rise from call to call. */
function rangesAt<Range extends TextRange>(ranges: readonly Range[]): (place: number) => Range[] {
  const coming = [...ranges].sort((a, b) => a.start - b.start);
  let open: Range[] = [];
  return (place) => {
    while (coming.length > 0 && coming[0]!.start <= place) {
      open.push(coming.shift()!);
    }
    open = open.filter(({ end }) => end > place);
    return open;
  };
}
