/**
 * The panel's entry: messages from the extension host in, the user's clicks out.
 *
 * Stable names for tests (all in the webview's inner frame):
 *   #panel[data-state]      kind of the status: no-model, training, ready, paused, elsewhere, error; absent
 *                           before the first history
 *   #state                  the state in words; #explanation a sentence about it
 *   #train, #stop, #resume  buttons, each there only while it makes sense
 *   #welcome, #open-lesson  what there will be to see, before the first training
 *   #tab-training, #view-training       a tab and the view that it shows; tabs are there where there are several
 *   #suggesting             sign that suggestions come from a chosen epoch; #suggest-newest, the way back
 *   #progress               <progress>, value 0 to 1; #progress-text "34 %"
 *   #figures-bpc dd         validation bits per character; also #figures-epoch, #figures-speed, #figures-time
 *   #facts-network dd       and #facts-machine, #facts-recipe, #facts-files; #notice; #skipped
 *   #files                  <details> of the files: #file-filter, #file-table, #more-files
 *   #curve                  holds the plot's <canvas>; data-training-points and data-validation-points count its points
 *                           and data-other-curves those of other runs
 *   #runs                   <details> of the trainings that are kept; #run-table tr[data-run], a checkbox and buttons
 *   #fit, #epoch-news       best epoch and over-fitting in words; news for screen readers once an epoch
 *   #log-epochs             checkbox: logarithmic epochs
 *   #sample-choice button[data-epoch]   one per sample, aria-pressed while it is shown
 *   #code-aware             checkbox: samples code-aware
 *   #samples article[data-epoch] pre    the samples that lie side by side; the prompt is in <mark>
 *   .mark-switch[data-mark]             a switch for each kind of mark, .mark-KIND what it marks, a.mark-recited a link
 *   .prompt-choice                      <select> of the prompt that samples are shown of
 *   #measures                           <details> with a figure[data-measure] for each measure
 *   #tab-compare                        #sample-grid td button, #film-play, #film-epoch, #left-epoch, #differences,
 *                                       #pair article pre .different
 *   #suggestion-shown dd                and #suggestion-accepted, #suggestion-characters, #suggestion-time;
 *                                       #suggestion-note; #suggestion-expectations, what to expect of each mode;
 *                                       #reset-statistics
 *   #suggestion-epochs                  table of the epochs that were chosen to suggest from
 *   #tab-try                #try-prompt, #try-selection, #try-epoch, #try-method, #try-temperature, #try-top,
 *                           #try-length, #try-seed, #try-write, #try-stop, #suggest-from, #try-result pre
 *   #tab-inside             #inspect-text, #inspect-look, #inspect-selection, #inspect-epoch; #colouring input[value],
 *                           #ranked-units, #unit-layer, #unit-number; #inspected span[data-at], its class level0 …
 *                           level7 (level-4 … level4 of activations), [data-cursor], [data-chosen];
 *                           #inspected-character; #look-back; #inspect-table
 *   #context                #context-first, #context-second, #context-measure, #context-stop; #context-legend,
 *                           #context-reaches and #context-closers, figures with a picture and a table; #context-words
 */
import 'uplot/dist/uPlot.min.css';
import '../../media/panel.css';
import '../../media/inspect.css';
import '../../media/runs.css';
import '../../media/context.css';
import '../../media/details.css';
import { render } from 'preact';
import * as v from 'valibot';
import { ToPanel } from '../protocol/panel';
import { App } from './app';
import { send, takeAnswer } from './host';
import { INITIAL_STATE, reduce } from './state';

const panel = document.querySelector<HTMLElement>('#panel')!;
let state = INITIAL_STATE;

function show(): void {
  if (state.status !== null) {
    panel.dataset.state = state.status.kind;
    render(<App state={state} />, panel);
  }
}

/** Milliseconds between two drawings at least: ten a second are as many as anybody can read. */
const SPACING = 100;

let drawnAt = Number.NEGATIVE_INFINITY;
let isDue = false;

/** Draws at the next frame, but not too soon after the last drawing. */
function showSoon(): void {
  if (isDue) {
    return;
  }
  isDue = true;
  const draw = (now: number): void => {
    isDue = false;
    drawnAt = now;
    show();
  };
  setTimeout(() => requestAnimationFrame(draw), Math.max(0, drawnAt + SPACING - performance.now()));
}

function take(data: unknown): void {
  const parsed = v.safeParse(ToPanel, data);
  if (!parsed.success) {
    console.warn('Not a message for the panel:', v.summarize(parsed.issues));
    return;
  }
  if (takeAnswer(parsed.output)) {
    return;
  }
  state = reduce(state, parsed.output);
  showSoon();
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => take(data));

/** The history as it was when the host made the page; null where it did not know it. */
const history: unknown = JSON.parse(document.querySelector('#history')!.textContent);
if (history !== null) {
  take(history);
}
send({ kind: 'ready' });
