import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useKept } from '../host';
import { Toggle } from '../parts/toggle';
import type { PanelState } from '../state';
import { columns, curveSummary, valuesAt } from './curve-data';
import { LossPlot } from './plot';

// With the fast recipe the model is an average, so validation often lies below training, which surprises.
const VALIDATION_MEANS = 'Of the model that suggestions and samples come from, on files held out.';
const TRAINING_MEANS = 'Of the network that single minibatches push about, on the minibatches themselves.';
const AT_MEANS = 'Where the pointer is, or the newest.';

/** Section with the loss curve: training and validation, bits per character over epochs. */
export function Curve({ state }: { state: PanelState }) {
  const [isLog, setLog] = useKept('isLog');
  const [index, setIndex] = useState<number | null>(null);
  const { training, validation } = state;
  const data = useMemo(() => columns({ training, validation }, isLog), [training, validation, isLog]);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<LossPlot | null>(null);

  // uPlot cannot change an axis between linear and logarithmic, so the plot is made anew.
  useLayoutEffect(() => {
    const made = new LossPlot(place.current!, data, isLog, setIndex);
    plot.current = made;
    return () => made.destroy();
  }, [isLog]);
  useEffect(() => plot.current?.show(data), [data]);

  const values = valuesAt(data, index);
  return (
    <section id="curve-section" aria-labelledby="curve-title">
      <div class="section-head">
        <h2 id="curve-title">Bits per character</h2>
        <div class="legend">
          <Entry kind="validation" name="validation" value={values.validation} title={VALIDATION_MEANS} />
          <Entry kind="training" name="training" value={values.training} title={TRAINING_MEANS} />
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
