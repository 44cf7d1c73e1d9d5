import { chosenEpoch, epochs, percent } from '../../protocol/format';
import { printableLines } from '../../protocol/printable';
import { send } from '../host';
import { Pairs } from '../parts/pairs';
import { isWorthShowing, type PanelState } from '../state';
import { type Button, figures, type HeaderText, headerText } from './header-text';

/** Head of the panel: state, buttons, progress, figures. */
export function Header({ state }: { state: PanelState }) {
  const text = headerText(state);
  const notice = state.started?.notice ?? '';
  return (
    <header id="header">
      <div class={state.status?.kind === 'no-model' ? 'headline welcoming' : 'headline'}>
        <div>
          <h1 id="state">{text.title}</h1>
          <Explanation {...text} />
        </div>
        <Buttons buttons={text.buttons} />
      </div>
      {text.done !== null && <Progress done={text.done} />}
      {notice !== '' && (
        <p id="notice" role="status">
          {printableLines(notice)}
        </p>
      )}
      <Suggesting epoch={chosenEpoch(state.status)} />
      {isWorthShowing(state) && <Pairs id="figures" class="figures" pairs={figures(state)} />}
    </header>
  );
}

/** Sign that suggestions come from an epoch that the user has chosen, with the way back. */
function Suggesting({ epoch }: { epoch: number | null }) {
  return (
    <p id="suggesting" role="status" hidden={epoch === null}>
      {epoch !== null && (
        <>
          <span>Suggesting from epoch {epochs(epoch)}.</span>
          <button id="suggest-newest" type="button" class="link" onClick={() => send({ kind: 'suggestFromNewest' })}>
            Back to the newest
          </button>
        </>
      )}
    </p>
  );
}

function Explanation({ explanation, isError }: Pick<HeaderText, 'explanation' | 'isError'>) {
  return (
    <p id="explanation" class={isError ? 'error' : undefined} role={isError ? 'alert' : undefined}>
      {printableLines(explanation)}
    </p>
  );
}

function Buttons({ buttons }: { buttons: readonly Button[] }) {
  return (
    <div id="buttons">
      {buttons.map(({ action, label, rank }) => (
        <button key={action} id={action} type="button" class={rank} onClick={() => send({ kind: action })}>
          {label}
        </button>
      ))}
    </div>
  );
}

function Progress({ done }: { done: number }) {
  return (
    <div class="progress-row">
      <progress id="progress" max="1" value={done} aria-label="Training progress" />
      <span id="progress-text">{percent(done)}</span>
    </div>
  );
}
