import { useMemo } from 'preact/hooks';
import { bpc, epochs } from '../../protocol/format';
import { printableLines } from '../../protocol/printable';
import type { Sample, Validation } from '../state';
import type { Writing } from './code-aware';
import { highlight } from './highlight';

interface SampleCardProps {
  readonly sample: Sample;
  readonly validation: Validation | null;
  /** Text to show: the sample's own, or its code-aware version. */
  readonly shown: Writing;
}

/**
 * Card with one sample that the network wrote at an epoch. The raw text stays, dimmed, while the code-aware one is being
 * written, and where there is none.
 */
export function SampleCard({ sample, validation, shown }: SampleCardProps) {
  const { epoch, prompt } = sample;
  const title = `Epoch ${epochs(epoch)}`;
  const hasText = shown !== null && 'text' in shown;
  const reason = shown !== null && 'reason' in shown ? shown.reason : '';
  return (
    <article data-epoch={epoch} aria-label={title} aria-busy={shown === null}>
      <header>
        <h3>{title}</h3>
        <span class="sample-bpc">{validation && `${bpc(validation.bpc)} bpc`}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: focusable, so that the keyboard can scroll it */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div class="sample" tabIndex={0} role="group" aria-label={`Sample of ${title.toLowerCase()}`}>
        {reason !== '' && <p class="hint">{printableLines(reason)}</p>}
        <pre class={hasText ? undefined : 'dimmed'}>
          <Prompt prompt={prompt} />
          <Python text={hasText ? shown.text : sample.text} />
        </pre>
      </div>
    </article>
  );
}

/** The prompt, marked. A line end, with which samples begin by default, is nothing to see. */
function Prompt({ prompt }: { prompt: string }) {
  return prompt.trim() === '' ? null : (
    <mark title="Given to the network; it writes on from here">{printableLines(prompt)}</mark>
  );
}

function Python({ text }: { text: string }) {
  const tokens = useMemo(() => highlight(printableLines(text)), [text]);
  return tokens.map(({ kind, text }, i) =>
    kind === 'plain' ? (
      text
    ) : (
      <span key={i} class={kind}>
        {text}
      </span>
    ),
  );
}
