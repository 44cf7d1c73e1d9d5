import { count } from '../../protocol/format';
import type { UnitRanking } from '../../protocol/inspection';
import type { Units } from '../../protocol/messages';
import type { ResultOf } from '../../protocol/request-kind';
import type { Unit } from '../host';
import type { Answer } from '../parts/use-answer';
import { PROPERTY_NAMES, unitText } from './inspect-text';

interface UnitChoiceProps {
  readonly size: { readonly layers: number; readonly units: number };
  readonly ranked: Answer<ResultOf<typeof Units>>;
  readonly activations: Answer<number[]>;
  readonly chosen: Unit;
  readonly choose: (unit: Unit) => void;
}

/** Choice of a unit: from those that track a property of code, or by layer and number. */
export function UnitChoice({ size, ranked, activations, chosen, choose }: UnitChoiceProps) {
  const { value, problem, isAwaited } = ranked;
  return (
    <div id="unit-choice">
      {value && <RankedUnits rankings={value.rankings} chosen={chosen} choose={choose} />}
      <NumberField
        id="unit-layer"
        label="Layer"
        most={size.layers}
        value={chosen.layer}
        set={(layer) => choose({ ...chosen, layer })}
      />
      <NumberField
        id="unit-number"
        label="Unit"
        most={size.units}
        value={chosen.unit}
        set={(unit) => choose({ ...chosen, unit })}
      />
      <p class="hint" aria-live="polite">
        {isAwaited && 'Looking for units that track something, over held-out files …'}
        {problem ?? activations.problem}
        {value && !isAwaited && foundOver(value)}
      </p>
    </div>
  );
}

function foundOver({ characters, isHeldOut }: ResultOf<typeof Units>): string {
  const files = isHeldOut ? 'held-out files' : 'files that it learnt from, for want of held-out ones';
  return `Correlations with each unit’s activation, over ${count(characters)} characters of ${files}.`;
}

interface RankedUnitsProps {
  readonly rankings: readonly UnitRanking[];
  readonly chosen: Unit;
  readonly choose: (unit: Unit) => void;
}

function RankedUnits({ rankings, chosen, choose }: RankedUnitsProps) {
  return (
    <label class="inspect-field">
      Tracks
      <select
        id="ranked-units"
        value={keyOf(chosen)}
        onChange={({ currentTarget }) => {
          const [layer, unit] = currentTarget.value.split(' ').map(Number);
          choose({ layer: layer!, unit: unit! });
        }}
      >
        <option value="" hidden>
          another unit
        </option>
        {rankings.map(({ property, units }) => (
          <optgroup key={property} label={PROPERTY_NAMES[property]}>
            {units.map((unit) => (
              <option key={keyOf(unit)} value={keyOf(unit)}>
                {unitText(unit)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function keyOf({ layer, unit }: Unit): string {
  return `${layer} ${unit}`;
}

interface NumberFieldProps {
  readonly id: string;
  readonly label: string;
  readonly most: number;
  readonly value: number;
  readonly set: (value: number) => void;
}

/** Field for a whole number from 1 to `most`; `value` counts from 0. */
function NumberField({ id, label, most, value, set }: NumberFieldProps) {
  return (
    <label class="inspect-field">
      {label}
      <input
        id={id}
        type="number"
        min={1}
        max={most}
        value={value + 1}
        onChange={({ currentTarget }) => {
          if (currentTarget.validity.valid && currentTarget.value !== '') {
            set(currentTarget.valueAsNumber - 1);
          }
        }}
      />
    </label>
  );
}
