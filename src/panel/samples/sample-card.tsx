import type { ComponentChildren } from 'preact';
import { bpc, epochs } from '../../protocol/format';
import { printableLines } from '../../protocol/printable';
import { send, useKept } from '../host';
import type { Sample, Validation } from '../state';
import type { Writing } from './code-aware';
import type { TextRange } from './marked-text';
import { SampleText } from './sample-text';

interface SampleCardProps {
  readonly sample: Sample;
  readonly validation: Validation | null;
  /** Text to show: the sample's own, or its code-aware version. */
  readonly shown: Writing;
  /** Stands in the head instead of the epoch. */
  readonly head?: ComponentChildren;
  readonly differences?: readonly TextRange[] | undefined;
}

/**
 * Card with one sample that the network wrote at an epoch. The raw text stays, dimmed, while the code-aware one is
 * being written, and where there is none.
 */
export function SampleCard({ sample, validation, shown, head, differences }: SampleCardProps) {
  const [shownMarks] = useKept('shownMarks');
  const { epoch, prompt } = sample;
  const title = `Epoch ${epochs(epoch)}`;
  const hasText = shown !== null && 'text' in shown;
  const text = hasText ? shown.text : sample.text;
  const isOwn = text === sample.text;
  const reason = shown !== null && 'reason' in shown ? shown.reason : '';
  return (
    <article data-epoch={epoch} aria-label={title} aria-busy={shown === null}>
      <header>
        {head ?? <h3>{title}</h3>}
        <span class="sample-bpc">{validation && `${bpc(validation.bpc)} bpc`}</span>
        <SampleActions text={prompt.trim() === '' ? text : prompt + text} of={`the sample of ${title.toLowerCase()}`} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: focusable, so that the keyboard can scroll it */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div class="sample" tabIndex={0} role="group" aria-label={`Sample of ${title.toLowerCase()}`}>
        {reason !== '' && <p class="hint">{printableLines(reason)}</p>}
        <pre class={hasText ? undefined : 'dimmed'}>
          <SampleText
            prompt={prompt}
            text={text}
            marks={isOwn ? sample.marks : undefined}
            shownMarks={shownMarks}
            differences={isOwn ? differences : undefined}
          />
        </pre>
      </div>
    </article>
  );
}

/** What can be done with a text; `of` says which, in words. */
export function SampleActions({ text, of }: { text: string; of: string }) {
  return (
    <span class="actions">
      <button type="button" class="link" aria-label={`Copy ${of}`} onClick={() => send({ kind: 'copy', text })}>
        Copy
      </button>
      <button
        type="button"
        class="link"
        aria-label={`Open ${of} in an editor`}
        onClick={() => send({ kind: 'openText', text })}
      >
        Open
      </button>
    </span>
  );
}
