import { useEffect, useMemo, useState } from 'preact/hooks';
import { epochs } from '../../protocol/format';
import { LONGEST_INSPECTED } from '../../protocol/inspection';
import { Activation, Inspect, LookBack, Units } from '../../protocol/messages';
import type { ResultOf } from '../../protocol/request-kind';
import { charactersOf } from '../../python/alphabet';
import { ask, type Colouring, send, useKept } from '../host';
import { type Answer, useAnswer } from '../parts/use-answer';
import { isKept, type PanelState } from '../state';
import { CharacterDetails } from './character-details';
import { CharacterMap } from './character-map';
import { InspectTable } from './inspect-table';
import { lookBackSentence } from './inspect-text';
import { Legend } from './legend';
import { activationLevel, halfOf, lookBackLevels, surpriseLevel } from './levels';
import { UnitChoice } from './unit-choice';

/** A text that a network has read, and what it thought of it. */
interface InspectedText {
  readonly text: string;
  /** Epoch that was asked for; null for the network that completes. */
  readonly epoch: number | null;
  readonly characters: readonly string[];
  readonly answer: ResultOf<typeof Inspect>;
}

/** View into the network: a text coloured by surprise, by a unit's activation, or by what a prediction looked at. */
export function Inspection({ state }: { state: PanelState }) {
  const [draft, setDraft] = useKept('inspectedText');
  const [epoch, setEpoch] = useState<number | null>(null);
  const [inspected, inspect] = useAnswer<InspectedText>();
  const look = (text: string, epoch: number | null) =>
    inspect(async (signal) => {
      const answer = await ask(Inspect, { text, epoch }, { signal });
      return { text, epoch, characters: charactersOf(text), answer };
    });
  const { selection } = state;
  // Once for every selection.
  useEffect(() => {
    if (selection !== null) {
      setDraft(selection.text);
      look(selection.text, epoch);
    }
  }, [selection]);
  return (
    <section id="inspect" aria-labelledby="inspect-title">
      <div class="section-head">
        <h2 id="inspect-title">What the network thought of every character</h2>
        <EpochChoice state={state} epoch={epoch} choose={setEpoch} />
      </div>
      <form
        id="inspect-form"
        onSubmit={(event) => {
          event.preventDefault();
          look(draft, epoch);
        }}
      >
        <textarea
          id="inspect-text"
          aria-label="Text to look into"
          rows={6}
          maxLength={LONGEST_INSPECTED}
          spellcheck={false}
          placeholder="Python to look into"
          value={draft}
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
        />
        <div class="row">
          <button id="inspect-look" type="submit" class="primary" disabled={draft === ''}>
            Look inside
          </button>
          <button id="inspect-selection" type="button" class="link" onClick={() => send({ kind: 'inspectSelection' })}>
            Take the editor’s selection
          </button>
          <span class="hint" aria-live="polite">
            {inspected.isAwaited && 'Reading …'}
          </span>
        </div>
      </form>
      {inspected.problem !== null && (
        <p class="problem" role="alert">
          {inspected.problem}
        </p>
      )}
      {inspected.value && <Seen key={keyOf(inspected.value)} inspected={inspected.value} />}
    </section>
  );
}

function keyOf({ text, epoch, answer }: InspectedText): string {
  return `${epoch} ${answer.epoch} ${text}`;
}

interface EpochChoiceProps {
  readonly state: PanelState;
  readonly epoch: number | null;
  readonly choose: (epoch: number | null) => void;
}

/** Choice among the network that completes and those of samples whose weights were kept. */
function EpochChoice({ state, epoch, choose }: EpochChoiceProps) {
  const kept = [...new Set(state.samples.filter((sample) => isKept(state, sample)).map((sample) => sample.epoch))];
  return (
    <label class="inspect-field">
      Network
      <select
        id="inspect-epoch"
        value={epoch ?? ''}
        onChange={({ currentTarget: { value } }) => choose(value === '' ? null : Number(value))}
      >
        <option value="">that completes now</option>
        {kept.map((epoch) => (
          <option key={epoch} value={epoch}>
            of epoch {epochs(epoch)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Norms of what the prediction of character `at` looked back at. */
interface LookedBack {
  readonly at: number;
  readonly norms: readonly number[];
}

/** What the network thought of a text, coloured. */
function Seen({ inspected }: { inspected: InspectedText }) {
  const { text, epoch, characters, answer } = inspected;
  const [colouring, setColouring] = useKept('colouring');
  const [cursor, point] = useState<number | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [lookedBack, askBack, dropBack] = useAnswer<LookedBack>();
  const unit = useUnit(inspected, colouring === 'activation');
  const choose = (at: number | null) => {
    setChosen(at);
    if (at === null) {
      dropBack();
      return;
    }
    point(at);
    askBack(async (signal) => ({ at, norms: await ask(LookBack, { text, epoch, at }, { signal }) }));
  };
  const activations = colouring === 'activation' ? unit.activations.value : null;
  const norms = lookedBack.value?.norms ?? null;
  const levels = useMemo(
    () => levelsOf(characters, answer, activations, norms),
    [characters, answer, activations, norms],
  );
  const scale = norms ? 'look-back' : activations ? 'activation' : 'surprise';
  return (
    <>
      <div class="row">
        <ColouringChoice colouring={colouring} choose={setColouring} />
        <Legend scale={scale} />
      </div>
      {colouring === 'activation' && <UnitChoice size={answer} {...unit} />}
      {chosen !== null && (
        <LookBackHint characters={characters} chosen={chosen} lookedBack={lookedBack} end={() => choose(null)} />
      )}
      <div id="inspect-result">
        <CharacterMap {...{ characters, levels, scale, cursor, chosen, point, choose }} />
        <div id="inspected-character" aria-live="polite">
          {cursor === null ? (
            <p class="hint">
              Point at a character, or go there with the arrow keys. Click it, or press Enter, to see what the network
              looked back at.
            </p>
          ) : (
            <CharacterDetails
              character={characters[cursor]!}
              inspected={answer.characters[cursor]!}
              activation={activations?.[cursor] ?? null}
            />
          )}
        </div>
      </div>
      <InspectTable characters={characters} inspected={answer.characters} activations={activations} norms={norms} />
    </>
  );
}

function levelsOf(
  characters: readonly string[],
  answer: ResultOf<typeof Inspect>,
  activations: readonly number[] | null,
  norms: readonly number[] | null,
): number[] {
  if (norms) {
    const levels = lookBackLevels(norms);
    return characters.map((_, at) => levels[at] ?? 0);
  }
  return activations ? activations.map(activationLevel) : answer.characters.map(({ bits }) => surpriseLevel(bits));
}

/** A unit of the network, its activations over the text, and units that track something; asked for where wanted. */
function useUnit({ text, epoch, answer }: InspectedText, isWanted: boolean) {
  const [unit, choose] = useKept('unit');
  const [ranked, askRanked] = useAnswer<ResultOf<typeof Units>>();
  const [activations, askActivations] = useAnswer<number[]>();
  // Once for a network.
  useEffect(() => {
    if (isWanted) {
      askRanked((signal) => ask(Units, { epoch }, { signal }));
    }
  }, [isWanted, epoch, answer.epoch]);
  // The best of the first property, until somebody chooses.
  const shown = unit ?? ranked.value?.rankings.flatMap(({ units }) => units)[0] ?? { layer: 0, unit: 0 };
  const { layer, unit: number } = shown;
  // Once for a unit and a text.
  useEffect(() => {
    if (isWanted) {
      askActivations((signal) => ask(Activation, { text, epoch, layer, unit: number }, { signal }));
    }
  }, [isWanted, answer, layer, number]);
  return { chosen: shown, choose, ranked, activations };
}

interface ColouringChoiceProps {
  readonly colouring: Colouring;
  readonly choose: (colouring: Colouring) => void;
}

function ColouringChoice({ colouring, choose }: ColouringChoiceProps) {
  const radio = (value: Colouring, label: string) => (
    <label>
      <input type="radio" name="colouring" value={value} checked={colouring === value} onChange={() => choose(value)} />
      {label}
    </label>
  );
  return (
    <fieldset id="colouring">
      <legend>Coloured by</legend>
      {radio('surprise', 'surprise')}
      {radio('activation', 'a unit’s activation')}
    </fieldset>
  );
}

interface LookBackHintProps {
  readonly characters: readonly string[];
  readonly chosen: number;
  readonly lookedBack: Answer<LookedBack>;
  readonly end: () => void;
}

/** A sentence on what the chosen prediction looked back at. */
function LookBackHint({ characters, chosen, lookedBack, end }: LookBackHintProps) {
  const { value, problem, isAwaited } = lookedBack;
  return (
    <p id="look-back" aria-live="polite">
      {isAwaited && 'Looking back …'}
      {problem}
      {value?.at === chosen && lookBackSentence(characters[chosen]!, chosen, halfOf(value.norms))}{' '}
      <button type="button" class="link" onClick={end}>
        Back to the colours before
      </button>
    </p>
  );
}
