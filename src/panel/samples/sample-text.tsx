import { useMemo } from 'preact/hooks';
import type { Mark } from '../../protocol/marks';
import { printableLines } from '../../protocol/printable';
import { send } from '../host';
import { type MarkKind, markText } from './mark-kinds';
import { markedText, type TextPart, type TextRange, type TextRun } from './marked-text';

interface SampleTextProps {
  readonly prompt: string;
  readonly text: string;
  readonly marks?: readonly Mark[] | undefined;
  readonly shownMarks?: readonly MarkKind[];
  readonly differences?: readonly TextRange[] | undefined;
}

const NOTHING: readonly never[] = [];

/** Text of a network in the colours of Python, with marks, after its prompt. */
export function SampleText({ prompt, text, marks = NOTHING, shownMarks = NOTHING, differences }: SampleTextProps) {
  const parts = useMemo(
    () =>
      markedText(
        text,
        marks.filter(({ kind }) => shownMarks.includes(kind)),
        differences,
      ),
    [text, marks, shownMarks, differences],
  );
  return (
    <>
      <Prompt prompt={prompt} />
      {parts.map((part, i) => (
        <Part key={i} {...part} />
      ))}
    </>
  );
}

/** The prompt, marked. A line end, with which samples begin by default, is nothing to see. */
function Prompt({ prompt }: { prompt: string }) {
  return prompt.trim() === '' ? null : (
    <mark title="Given to the network; it writes on from here">{printableLines(prompt)}</mark>
  );
}

function Part({ recited, runs }: TextPart) {
  const inside = runs.map((run, i) => <Run key={i} {...run} />);
  if (recited?.source === undefined) {
    return <>{inside}</>;
  }
  const { file, line } = recited.source;
  const open = (event: Event) => {
    event.preventDefault();
    send({ kind: 'openSource', file, line });
  };
  return (
    // biome-ignore lint/a11y/useValidAnchor: a button cannot go on in the next line of text
    <a class="mark-recited" href="#source" title={printableLines(markText(recited))} onClick={open}>
      {inside}
    </a>
  );
}

function Run({ text, syntax, marks, isDifferent }: TextRun) {
  const visible = printableLines(text);
  const classes = [
    ...(syntax === 'plain' ? [] : [syntax]),
    ...marks.map(({ kind }) => `mark-${kind}`),
    ...(isDifferent ? ['different'] : []),
  ];
  if (classes.length === 0) {
    return <>{visible}</>;
  }
  const depth = marks.find((mark) => mark.depth !== undefined)?.depth;
  return (
    <span class={classes.join(' ')} title={marks.map(markText).join(' ') || undefined} data-depth={depth}>
      {visible}
    </span>
  );
}
