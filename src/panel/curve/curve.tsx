import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useKept } from '../host';
import { ReadTable } from '../parts/read-table';
import { Toggle } from '../parts/toggle';
import type { PanelState } from '../state';
import { columns, curveSummary, type OtherCurve, valuesAt } from './curve-data';
import { bestValidation, curveRows, epochNews, fitText } from './fit';
import { LossPlot, type MarkedEpochs, OTHER_LINES } from './plot';

// With the fast recipe the model is an average, so validation often lies below training, which surprises.
const VALIDATION_MEANS = 'Of the model that suggestions and samples come from, on files held out.';
const TRAINING_MEANS = 'Of the network that single minibatches push about, on the minibatches themselves.';
const ACCURACY_MEANS = 'Share of the characters of files held out whose most probable prediction was right.';
const AT_MEANS = 'Where the pointer is, or the newest.';

/** Section with the loss curve: training, validation and that of other runs, bits per character over epochs. */
export function Curve({ state, others }: { state: PanelState; others: readonly OtherCurve[] }) {
  const [isLog, setLog] = useKept('isLog');
  const [index, setIndex] = useState<number | null>(null);
  const { training, validation } = state;
  const data = useMemo(() => columns({ training, validation }, isLog, others), [training, validation, isLog, others]);
  const points = useMemo(() => markedEpochs(state), [state.samples, validation]);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<LossPlot | null>(null);

  // uPlot cannot change an axis between linear and logarithmic, so the plot is made anew; as for another set of lines.
  useLayoutEffect(() => {
    const made = new LossPlot(place.current!, data, isLog, setIndex);
    made.mark(points);
    plot.current = made;
    return () => made.destroy();
  }, [isLog, others.length]);
  useEffect(() => {
    plot.current?.mark(points);
    plot.current?.show(data);
  }, [data, points]);

  // What was trained until a measurement does not change any more.
  const rows = useMemo(() => curveRows({ validation, training }), [validation]);
  const values = valuesAt(data, index);
  return (
    <section id="curve-section" aria-labelledby="curve-title">
      <div class="section-head">
        <h2 id="curve-title">Bits per character</h2>
        <div class="legend">
          <Entry kind="validation" name="validation" value={values.validation} title={VALIDATION_MEANS} />
          <Entry kind="training" name="training" value={values.training} title={TRAINING_MEANS} />
          <Entry kind="accuracy" name="accuracy" value={values.accuracy} title={ACCURACY_MEANS} />
          {others.map(({ id, name }, i) => (
            <OtherEntry key={id} name={name} value={values.others[i]!} line={OTHER_LINES[i % OTHER_LINES.length]!} />
          ))}
          <Entry kind="at" name="at epoch" value={values.epoch} title={AT_MEANS} />
        </div>
        <Toggle id="log-epochs" isOn={isLog} set={setLog}>
          Logarithmic epochs
        </Toggle>
      </div>
      <div
        id="curve"
        ref={place}
        role="img"
        aria-label={curveSummary(state)}
        data-training-points={training.length}
        data-validation-points={validation.length}
        data-other-curves={others.length}
      />
      <p id="fit" class="hint">
        {fitText(state)}
      </p>
      <ReadTable
        caption="Loss curve, by epoch"
        head={['Epoch', 'Validation, bits per character', 'Accuracy', 'Training, bits per character']}
        rows={rows}
      />
      <p id="epoch-news" class="for-screen-readers" aria-live="polite">
        {epochNews(validation)}
      </p>
    </section>
  );
}

function Entry({ kind, name, value, title }: { kind: string; name: string; value: string; title: string }) {
  return (
    <span class={`entry ${kind}`} title={title}>
      <span class="swatch" aria-hidden="true" />
      {name}
      <output class="value">{value}</output>
    </span>
  );
}

function OtherEntry({ name, value, line }: { name: string; value: string; line: (typeof OTHER_LINES)[number] }) {
  return (
    <span class="entry other" title="Validation of another training.">
      <svg class="other-swatch" viewBox="0 0 24 4" aria-hidden="true">
        <line x1="0" y1="2" x2="24" y2="2" stroke={`var(${line.colour})`} stroke-dasharray={line.dash.join(' ')} />
      </svg>
      {name}
      <output class="value">{value}</output>
    </span>
  );
}

/** Epochs that the plot marks. */
function markedEpochs({ samples, validation }: PanelState): MarkedEpochs {
  return { samples: [...new Set(samples.map(({ epoch }) => epoch))], best: bestValidation(validation) };
}
