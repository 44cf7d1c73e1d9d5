import { useEffect, useMemo, useRef } from 'preact/hooks';
import { printable } from '../../protocol/printable';
import { movedBy } from './levels';

interface CharacterMapProps {
  readonly characters: readonly string[];
  /** Step of colour of each character. */
  readonly levels: readonly number[];
  /** What the colours say: a class of the style sheet. */
  readonly scale: 'surprise' | 'activation' | 'look-back';
  /** Character that is pointed at; null for none. */
  readonly cursor: number | null;
  /** Character from which it is looked back. */
  readonly chosen: number | null;
  readonly point: (at: number) => void;
  /** null: none. */
  readonly choose: (at: number | null) => void;
}

/** A text whose characters are coloured, to be gone through with the pointer or with the arrow keys. */
export function CharacterMap({ characters, levels, scale, cursor, chosen, point, choose }: CharacterMapProps) {
  const text = useRef<HTMLPreElement>(null);
  // Thousands of elements, which pointing at one does not draw again.
  const drawn = useMemo(
    () => characters.map((character, at) => <Character key={at} at={at} character={character} level={levels[at]!} />),
    [characters, levels],
  );
  useMark(text.current, cursor, 'cursor', drawn);
  useMark(text.current, chosen, 'chosen', drawn);

  const onKeyDown = (event: KeyboardEvent) => {
    const from = cursor ?? 0;
    const to = cursor === null && event.key.startsWith('Arrow') ? 0 : movedBy(event.key, characters, from);
    if (to !== null) {
      point(to);
      text.current?.children[to]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else if (event.key === 'Enter' || event.key === ' ') {
      choose(from);
    } else if (event.key === 'Escape' && chosen !== null) {
      choose(null);
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <pre
      id="inspected"
      ref={text}
      class={scale}
      role="application"
      aria-label="The text, character by character: arrow keys move, Enter shows what it looked back at, Escape ends that"
      aria-describedby="inspected-character"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys
      tabIndex={0}
      onKeyDown={onKeyDown}
      onMouseOver={({ target }) => withCharacter(target, point)}
      onFocus={() => cursor === null && point(0)}
      onClick={({ target }) => withCharacter(target, (at) => choose(at === chosen ? null : at))}
    >
      {drawn}
    </pre>
  );
}

function Character({ at, character, level }: { at: number; character: string; level: number }) {
  const isLineEnd = character === '\n';
  return (
    <span data-at={at} class={`level${level}${isLineEnd ? ' line-end' : ''}`}>
      {isLineEnd || character === '\t' ? character : printable(character)}
    </span>
  );
}

/** Marks one character of the text by an attribute, without drawing the others. */
function useMark(text: HTMLElement | null, at: number | null, name: 'cursor' | 'chosen', drawn: unknown): void {
  // A character that is drawn anew has lost its mark.
  useEffect(() => {
    const character = at === null ? undefined : (text?.children[at] as HTMLElement | undefined);
    if (character === undefined) {
      return undefined;
    }
    character.dataset[name] = '';
    return () => delete character.dataset[name];
  }, [text, at, name, drawn]);
}

function withCharacter(target: EventTarget | null, act: (at: number) => void): void {
  const at = target instanceof HTMLElement ? target.dataset.at : undefined;
  if (at !== undefined) {
    act(Number(at));
  }
}
