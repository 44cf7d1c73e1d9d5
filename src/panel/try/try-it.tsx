import { useState } from 'preact/hooks';
import { chosenEpoch, epochs } from '../../protocol/format';
import { SuggestFrom } from '../../protocol/messages';
import { EditorSelection } from '../../protocol/panel';
import { printableLines } from '../../protocol/printable';
import { ask, useKept } from '../host';
import { SampleActions } from '../samples/sample-card';
import { SampleText } from '../samples/sample-text';
import type { PanelState } from '../state';
import { BOUNDS, type GenerationOptions, generationParams, keptEpochs, withinBounds } from './generation-options';
import { type StreamedText, useWriting } from './streamed-text';

/** View to play with a network: a prompt, how it shall write on, and what it writes. */
export function TryIt({ state }: { state: PanelState }) {
  const [options, setOptions] = useKept('generation');
  const [problem, setProblem] = useState('');
  const { writing, start, stop } = useWriting();
  const isWriting = writing?.state === 'writing';
  const available = keptEpochs(state);
  const epoch = available.find((kept) => kept === options.epoch) ?? null;
  const set = (change: Partial<GenerationOptions>) => setOptions({ ...options, ...change });
  const guarded = (work: Promise<unknown>) => {
    setProblem('');
    work.catch((error: Error) => setProblem(error.message));
  };
  const takeSelection = async () => {
    const { text } = await ask(EditorSelection, undefined);
    if (text === null) {
      throw new Error('Nothing is selected: select some code in an editor beside the panel first.');
    }
    set({ prompt: text });
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    setProblem('');
    start(generationParams({ ...options, epoch }));
  };
  return (
    <section id="try-section" aria-labelledby="try-title">
      <div class="section-head">
        <h2 id="try-title">Let a network write on</h2>
      </div>
      <form class="try" onSubmit={onSubmit}>
        <Prompt prompt={options.prompt} set={set} onSelection={() => guarded(takeSelection())} />
        <div class="fields">
          <EpochField available={available} epoch={epoch} set={set} />
          <SamplingFields options={options} set={set} />
          <NumberField id="length" label="Characters" options={options} set={set} />
          <NumberField id="seed" label="Seed" options={options} set={set} />
        </div>
        <div class="section-head">
          <button id="try-write" type="submit" class="primary">
            {isWriting ? 'Begin anew' : 'Write'}
          </button>
          <button id="try-stop" type="button" class="secondary" disabled={!isWriting} onClick={stop}>
            Stop
          </button>
          <SuggestButton state={state} epoch={epoch} onClick={() => guarded(ask(SuggestFrom, { epoch }))} />
        </div>
      </form>
      {problem !== '' && (
        <p class="error" role="alert">
          {printableLines(problem)}
        </p>
      )}
      {writing === null ? (
        <p class="hint">The same prompt, seed and settings always give the same text; another epoch, another text.</p>
      ) : (
        <Written {...writing} />
      )}
    </section>
  );
}

interface FieldProps {
  readonly set: (change: Partial<GenerationOptions>) => void;
}

function Prompt({ prompt, set, onSelection }: FieldProps & { prompt: string; onSelection: () => void }) {
  return (
    <div class="prompt">
      <div class="section-head">
        <label for="try-prompt">Prompt</label>
        <button id="try-selection" type="button" class="link" onClick={onSelection}>
          Take the editor’s selection
        </button>
      </div>
      <textarea
        id="try-prompt"
        class="field code"
        rows={4}
        spellcheck={false}
        value={prompt}
        onInput={({ currentTarget }) => set({ prompt: currentTarget.value })}
      />
    </div>
  );
}

function EpochField({ available, epoch, set }: FieldProps & { available: readonly number[]; epoch: number | null }) {
  return (
    <label class="choice">
      Network of
      <select
        id="try-epoch"
        value={epoch ?? ''}
        onChange={({ currentTarget: { value } }) => set({ epoch: value === '' ? null : Number(value) })}
      >
        <option value="">the one that completes</option>
        {available.map((kept) => (
          <option key={kept} value={kept}>
            epoch {epochs(kept)}
          </option>
        ))}
      </select>
    </label>
  );
}

function SamplingFields({ options, set }: FieldProps & { options: GenerationOptions }) {
  const { method } = options;
  return (
    <>
      <label class="choice">
        Draws by
        <select
          id="try-method"
          value={method}
          onChange={({ currentTarget }) => set({ method: currentTarget.value === 'top' ? 'top' : 'temperature' })}
        >
          <option value="temperature">temperature</option>
          <option value="top">the most probable</option>
        </select>
      </label>
      <NumberField
        key={method}
        id={method}
        label={method === 'top' ? 'Of them' : 'Temperature'}
        options={options}
        set={set}
      />
    </>
  );
}

interface NumberFieldProps extends FieldProps {
  readonly id: keyof typeof BOUNDS;
  readonly label: string;
  readonly options: GenerationOptions;
}

function NumberField({ id, label, options, set }: NumberFieldProps) {
  const bounds = BOUNDS[id];
  return (
    <label class="choice">
      {label}
      <input
        id={`try-${id}`}
        class="field"
        type="number"
        {...bounds}
        value={options[id]}
        onChange={({ currentTarget }) => {
          const value = withinBounds(currentTarget.value, bounds, options[id]);
          currentTarget.value = String(value);
          set({ [id]: value });
        }}
      />
    </label>
  );
}

interface SuggestButtonProps {
  readonly state: PanelState;
  readonly epoch: number | null;
  readonly onClick: () => void;
}

/** Makes ghost text come from the epoch that is chosen in the form. */
function SuggestButton({ state, epoch, onClick }: SuggestButtonProps) {
  const isDone = epoch === null || chosenEpoch(state.status)?.toFixed(4) === epoch.toFixed(4);
  return (
    <button
      id="suggest-from"
      type="button"
      class="link"
      disabled={isDone}
      title="Ghost text in Python files comes from this network alone until you go back to the newest."
      onClick={onClick}
    >
      {epoch === null ? 'Suggest from this epoch' : `Suggest from epoch ${epochs(epoch)}`}
    </button>
  );
}

function Written({ prompt, text, state, epoch, reason }: StreamedText) {
  if (state === 'refused') {
    return (
      <p class="error" role="alert">
        {printableLines(reason)}
      </p>
    );
  }
  return (
    <div class="cards">
      <article id="try-result" aria-busy={state === 'writing'}>
        <header>
          <h3>{epoch === null ? 'Writing …' : `Epoch ${epochs(epoch)}`}</h3>
          <span class="sample-bpc" role="status">
            {state === 'stopped'
              ? 'stopped'
              : state === 'written'
                ? `${text.length.toLocaleString('en-US')} characters`
                : ''}
          </span>
          <SampleActions text={prompt + text} of="this text" />
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: focusable, so that the keyboard can scroll it */}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
        <div class="sample" tabIndex={0} role="group" aria-label="What the network writes">
          <pre>
            <SampleText prompt={prompt} text={text} />
          </pre>
        </div>
      </article>
    </div>
  );
}
