import { useKept } from '../host';
import { useRuns } from '../runs/use-runs';
import type { PanelState } from '../state';
import { lineNames, measuredText } from './context-text';
import { MeasureButtons } from './measure-buttons';
import { MeasuredCharts } from './measured-charts';
import { NetworkSelect } from './network-select';
import { choiceOf, keyOf, networkGroups, newestChoice } from './networks';
import { useContextOf } from './use-context';

const WHY =
  '“His mother tongue is ?????”, ask the slides of the talk, long after telling where he was born: only a network that still remembers can answer. Here you measure what a character costs, in bits, where the network may see only so many characters before it.';
const NONE_YET = 'No network was kept yet: the first comes at epoch 0.03, and can then be measured.';

/** Section on how far back a network sees, and another one beside it: of another epoch, or of another training. */
export function Context({ state }: { state: PanelState }) {
  const { answer } = useRuns(state, true);
  const [chosen, choose] = useKept('contextNetworks');
  const groups = networkGroups(answer.value ?? []);
  const first = choiceOf(chosen.first, groups) ?? newestChoice(groups);
  const second = choiceOf(chosen.second, groups);
  const isPair = second !== null && keyOf(second) !== keyOf(first);
  const networks = first === null ? [] : isPair ? [first, second] : [first];
  const known = useContextOf(networks, state.started);
  const measured = networks.flatMap((network) => known.of(network) ?? []);
  const runs = networks.map(({ run }) => groups.find((group) => group.run === run)?.name ?? '');
  const names = lineNames(measured, runs);
  return (
    <section id="context" aria-labelledby="context-title">
      <div class="section-head">
        <h2 id="context-title">How far back it sees</h2>
      </div>
      <p class="hint context-why">{WHY}</p>
      {answer.problem !== null && (
        <p class="error" role="alert">
          {answer.problem}
        </p>
      )}
      {answer.value !== null && first === null && <p class="hint">{NONE_YET}</p>}
      {first !== null && (
        <div class="fields">
          <NetworkSelect
            id="context-first"
            label="Network"
            groups={groups}
            value={keyOf(first)}
            choose={(key) => choose({ ...chosen, first: key })}
          />
          <NetworkSelect
            id="context-second"
            label="Beside it"
            none="none"
            groups={groups}
            value={isPair ? chosen.second : ''}
            choose={(key) => choose({ ...chosen, second: key })}
          />
          <MeasureButtons
            networks={networks}
            known={known}
            // The newest network is another one soon; what is measured stays in sight.
            onStart={() => choose({ first: keyOf(first), second: isPair ? chosen.second : '' })}
          />
        </div>
      )}
      {known.problem !== null && (
        <p class="error" role="alert">
          {known.problem}
        </p>
      )}
      {measured.length > 0 && <MeasuredCharts measured={measured} names={names} />}
      <p id="context-words" class="hint" aria-live="polite">
        {measuredText(measured, names)}
      </p>
    </section>
  );
}
