import { epochs } from '../../protocol/format';
import { printableLines } from '../../protocol/printable';
import { keyOf, type NetworkGroup } from './networks';

interface NetworkSelectProps {
  readonly id: string;
  readonly label: string;
  /** What choosing no network is called, where that can be chosen. */
  readonly none?: string;
  readonly groups: readonly NetworkGroup[];
  /** Key of the network that is chosen. */
  readonly value: string;
  readonly choose: (key: string) => void;
}

/** Choice of a network: of a training, and of an epoch that was kept. */
export function NetworkSelect({ id, label, none, groups, value, choose }: NetworkSelectProps) {
  return (
    <label class="choice">
      {label}
      <select id={id} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {groups.map(({ run, name, network, epochs: kept }) => (
          <optgroup key={run} label={printableLines(name)}>
            {kept.map((epoch) => (
              <option key={epoch} value={keyOf({ run, epoch })}>
                {network}, epoch {epochs(epoch)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
