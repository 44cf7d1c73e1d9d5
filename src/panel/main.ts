/**
 * The panel's entry: messages from the extension host in, the user's clicks out.
 *
 * Stable names for tests (all in the webview's inner frame):
 *   #panel[data-state]      kind of the status: no-model, training, ready, paused, elsewhere, error; absent
 *                           before the first history
 *   #state                  the state in words; #explanation a sentence about it
 *   #train, #stop, #resume  buttons, each there only while it makes sense
 *   #progress               <progress>, value 0 to 1; #progress-text "34 %"
 *   #figures-bpc dd         validation bits per character; also #figures-epoch, #figures-speed, #figures-time
 *   #facts-network dd       and #facts-machine, #facts-recipe, #facts-files; #notice; #skipped
 *   #curve                  holds the plot's <canvas>; data-training-points and data-validation-points count its points
 *   #log-epochs             checkbox: logarithmic epochs
 *   #sample-choice button[data-epoch]   one per sample, aria-pressed while it is shown
 *   #code-aware             checkbox: samples code-aware
 *   #samples article[data-epoch] pre    the samples that lie side by side; the prompt is in <mark>
 *   #suggestion-shown dd                and #suggestion-accepted, #suggestion-characters, #suggestion-time;
 *                                       #suggestion-note; #suggestion-expectations, what to expect of each mode;
 *                                       #reset-statistics
 */
import 'uplot/dist/uPlot.min.css';
import '../../media/panel.css';
import * as v from 'valibot';
import { type FromPanel, ToPanel } from '../protocol/panel';
import { Curve } from './curve';
import { Details } from './details';
import { Header } from './header';
import type { EpochChoice } from './sample-choice';
import { Samples } from './samples';
import { hasSuggestions, INITIAL_STATE, isWorthShowing, type PanelState, reduce } from './state';
import { Suggestions } from './suggestions';

/** State of the panel that VS Code keeps while it is hidden and over a reload of the window. */
interface Kept {
  readonly isLog: boolean;
  readonly isCodeAware: boolean;
  readonly choice: EpochChoice;
}

interface Host {
  postMessage(message: FromPanel): void;
  getState(): Partial<Kept> | undefined;
  setState(kept: Kept): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
let kept: Kept = { isLog: false, isCodeAware: false, choice: null, ...host.getState() };
let state = INITIAL_STATE;

function keep(change: Partial<Kept>): void {
  kept = { ...kept, ...change };
  host.setState(kept);
}

const header = new Header((kind) => host.postMessage({ kind }));
const curve = new Curve(kept.isLog, (isLog) => keep({ isLog }));
const samples = new Samples(kept.choice, kept.isCodeAware, {
  choice: (choice) => keep({ choice }),
  codeAware: (isCodeAware) => keep({ isCodeAware }),
  want: (epoch) => host.postMessage({ kind: 'codeAware', epoch }),
});
const panel = document.querySelector<HTMLElement>('#panel')!;
const details = new Details();
const suggestions = new Suggestions(() => host.postMessage({ kind: 'resetStatistics' }));
panel.append(header.element, curve.element, samples.element, suggestions.element, details.element);

function show(): void {
  if (state.status === null) {
    return;
  }
  panel.dataset.state = state.status.kind;
  header.show(state);
  const isTold = isWorthShowing(state);
  for (const section of [curve, samples, details]) {
    showSection(section, isTold);
  }
  showSection(suggestions, hasSuggestions(state));
}

function showSection(section: { element: HTMLElement; show(state: PanelState): void }, isShown: boolean): void {
  section.element.hidden = !isShown;
  if (isShown) {
    section.show(state);
  }
}

let frame = 0;
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const parsed = v.safeParse(ToPanel, data);
  if (!parsed.success) {
    console.warn('Not a message for the panel:', v.summarize(parsed.issues));
    return;
  }
  state = reduce(state, parsed.output);
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(show);
});

host.postMessage({ kind: 'ready' });
