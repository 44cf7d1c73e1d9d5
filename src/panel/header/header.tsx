import { percent } from '../../protocol/format';
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
      <div class="headline">
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
      {isWorthShowing(state) && <Pairs id="figures" class="figures" pairs={figures(state)} />}
    </header>
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
