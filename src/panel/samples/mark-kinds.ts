import type { Mark } from '../../protocol/marks';

export type MarkKind = Mark['kind'];

interface MarkStyle {
  readonly label: string;
  readonly means: string;
  /** Drawn until the user chooses: what the network has not learnt yet, and what it knows by heart. */
  readonly isShownAtFirst: boolean;
}

const STYLES: Readonly<Record<MarkKind, MarkStyle>> = {
  keyword: { label: 'keywords', means: 'A keyword of Python.', isShownAtFirst: false },
  builtin: { label: 'builtins', means: 'A name that Python has built in.', isShownAtFirst: false },
  knownName: { label: 'known names', means: 'A name that exists in the training files.', isShownAtFirst: false },
  madeUpName: { label: 'made-up names', means: 'A name that no training file has.', isShownAtFirst: true },
  closed: { label: 'right closers', means: 'Closes the bracket that is open.', isShownAtFirst: false },
  misclosed: { label: 'wrong closers', means: 'Does not close the bracket that is open.', isShownAtFirst: true },
  unclosed: {
    label: 'brackets never closed',
    means: 'Open still where a new statement begins, with def, class, return and the like, no deeper than its own.',
    isShownAtFirst: true,
  },
  blockColon: { label: 'block colons', means: 'A colon that opens a block where one is due.', isShownAtFirst: false },
  missingColon: { label: 'missing colons', means: 'A colon that opens a block is due here.', isShownAtFirst: true },
  indented: { label: 'right indents', means: 'Indented as a line must be here.', isShownAtFirst: false },
  misindented: { label: 'wrong indents', means: 'Not indented as a line must be here.', isShownAtFirst: true },
  openString: { label: 'open strings', means: 'A string that never ends.', isShownAtFirst: true },
  recited: {
    label: 'recited',
    means: 'Stands verbatim in a training file: 40 characters or more, 20 of them visible.',
    isShownAtFirst: true,
  },
};

/** In the order of the legend. */
const MARK_KINDS = Object.keys(STYLES) as readonly MarkKind[];

export const SHOWN_AT_FIRST: readonly MarkKind[] = MARK_KINDS.filter((kind) => STYLES[kind].isShownAtFirst);

export function markLabel(kind: MarkKind): string {
  return STYLES[kind].label;
}

export function markMeaning(kind: MarkKind): string {
  return STYLES[kind].means;
}

/** What a mark says of its place, in words. */
export function markText({ kind, depth, source }: Mark): string {
  if (source !== undefined) {
    return `Stands verbatim in ${source.file}, line ${source.line}. Click to open it.`;
  }
  return depth === undefined ? markMeaning(kind) : `${markMeaning(kind)} Depth ${depth}.`;
}

/** Number of marks of each kind that occurs in some texts, in the order of the legend. */
export function countMarks(texts: readonly { readonly marks?: readonly Mark[] | undefined }[]): Map<MarkKind, number> {
  const counts = new Map<MarkKind, number>();
  const marks = texts.flatMap(({ marks = [] }) => marks);
  for (const kind of MARK_KINDS) {
    const count = marks.filter((mark) => mark.kind === kind).length;
    if (count > 0) {
      counts.set(kind, count);
    }
  }
  return counts;
}

/** The kinds that are drawn after a click on one's switch. */
export function switched(shown: readonly MarkKind[], kind: MarkKind): MarkKind[] {
  return MARK_KINDS.filter((other) => shown.includes(other) !== (other === kind));
}
