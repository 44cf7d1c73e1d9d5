import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useKept } from '../host';
import { Toggle } from '../parts/toggle';
import type { PanelState } from '../state';
import { columns, curveSummary, type OtherCurve, valuesAt } from './curve-data';
import { LossPlot, OTHER_LINES } from './plot';

// With the fast recipe the model is an average, so validation often lies below training, which surprises.
const VALIDATION_MEANS = 'Of the model that suggestions and samples come from, on files held out.';
const TRAINING_MEANS = 'Of the network that single minibatches push about, on the minibatches themselves.';
const AT_MEANS = 'Where the pointer is, or the newest.';

/** Section with the loss curve: training, validation and that of other runs, bits per character over epochs. */
export function Curve({ state, others }: { state: PanelState; others: readonly OtherCurve[] }) {
  const [isLog, setLog] = useKept('isLog');
  const [index, setIndex] = useState<number | null>(null);
  const { training, validation } = state;
  const data = useMemo(() => columns({ training, validation }, isLog, others), [training, validation, isLog, others]);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<LossPlot | null>(null);

  // uPlot cannot change an axis between linear and logarithmic, so the plot is made anew; as for another set of lines.
  useLayoutEffect(() => {
    const made = new LossPlot(place.current!, data, isLog, setIndex);
    plot.current = made;
    return () => made.destroy();
  }, [isLog, others.length]);
  useEffect(() => plot.current?.show(data), [data]);

  const values = valuesAt(data, index);
  return (
    <section id="curve-section" aria-labelledby="curve-title">
      <div class="section-head">
        <h2 id="curve-title">Bits per character</h2>
        <div class="legend">
          <Entry kind="validation" name="validation" value={values.validation} title={VALIDATION_MEANS} />
          <Entry kind="training" name="training" value={values.training} title={TRAINING_MEANS} />
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
