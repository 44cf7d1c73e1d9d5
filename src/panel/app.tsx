import { useEffect, useMemo } from 'preact/hooks';
import { Compare } from './compare/compare';
import { Context } from './context/context';
import { Curve } from './curve/curve';
import { Details } from './details/details';
import { Header } from './header/header';
import { useKept } from './host';
import { Inspection } from './inspect/inspect';
import { Measures } from './measures/measure-charts';
import { Tabs, type View } from './parts/tabs';
import { otherCurves } from './runs/run-figures';
import { RunTable } from './runs/run-table';
import { useRuns } from './runs/use-runs';
import { Samples } from './samples/samples';
import { hasSuggestions, isWorthShowing, type PanelState } from './state';
import { Suggestions } from './suggestions/suggestions';
import { TryIt } from './try/try-it';
import { Welcome } from './welcome/welcome';

/** The whole panel: its head, and below it the views, one of which is shown. */
export function App({ state }: { state: PanelState }) {
  const [view, setView] = useKept('view');
  const { selection } = state;
  // Once for every selection.
  useEffect(() => {
    if (selection !== null) {
      setView('inside');
    }
  }, [selection]);
  return (
    <>
      <Header state={state} />
      <Tabs views={viewsOf(state)} chosen={view} choose={setView} />
    </>
  );
}

function viewsOf(state: PanelState): View[] {
  const training: View = { id: 'training', title: 'Training', show: () => <TrainingView state={state} /> };
  if (!isWorthShowing(state)) {
    return [training];
  }
  return [
    training,
    { id: 'compare', title: 'Compare epochs', show: () => <Compare state={state} /> },
    { id: 'try', title: 'Try it', show: () => <TryIt state={state} /> },
    { id: 'inside', title: 'Look inside', show: () => <InsideView state={state} /> },
  ];
}

function InsideView({ state }: { state: PanelState }) {
  return (
    <>
      <Inspection state={state} />
      <Context state={state} />
    </>
  );
}

function TrainingView({ state }: { state: PanelState }) {
  const isTold = isWorthShowing(state);
  const [isOpen] = useKept('areRunsOpen');
  const [overlaid] = useKept('overlaidRuns');
  const runs = useRuns(state, isOpen || overlaid.length > 0);
  const { value } = runs.answer;
  const others = useMemo(() => otherCurves(value ?? [], overlaid), [value, overlaid]);
  return (
    <>
      {state.status?.kind === 'no-model' && <Welcome />}
      {isTold && <Curve state={state} others={others} />}
      {isTold && (
        <div class="more">
          <Measures state={state} />
          <RunTable runs={runs} />
        </div>
      )}
      {isTold && <Samples state={state} />}
      {hasSuggestions(state) && <Suggestions state={state} />}
      {isTold && <Details state={state} />}
    </>
  );
}
