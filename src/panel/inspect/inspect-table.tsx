import { useState } from 'preact/hooks';
import type { InspectedCharacter } from '../../protocol/inspection';
import { activationText, bitsText, characterName, probabilityText } from './inspect-text';

interface InspectTableProps {
  readonly characters: readonly string[];
  readonly inspected: readonly InspectedCharacter[];
  readonly activations: readonly number[] | null;
  /** Norms of the characters before the one from which it was looked back. */
  readonly norms: readonly number[] | null;
}

/** All that the colours say, as a table; drawn when it is opened. */
export function InspectTable(props: InspectTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details id="inspect-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>As a table</summary>
      {isOpen && <Table {...props} />}
    </details>
  );
}

function Table({ characters, inspected, activations, norms }: InspectTableProps) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Number</th>
          <th scope="col">Character</th>
          <th scope="col">Probability</th>
          <th scope="col">Surprise</th>
          <th scope="col">Likeliest</th>
          {activations && <th scope="col">Activation</th>}
          {norms && <th scope="col">Pull</th>}
        </tr>
      </thead>
      <tbody>
        {inspected.map(({ probability, bits, alternatives }, at) => (
          <tr key={at}>
            <td>{at + 1}</td>
            <th scope="row">{characterName(characters[at]!)}</th>
            <td>{probabilityText(probability)}</td>
            <td>{bitsText(bits)}</td>
            <td>{alternatives.map(({ character }) => characterName(character)).join(' · ')}</td>
            {activations && <td>{activationText(activations[at]!)}</td>}
            {norms && <td>{norms[at]?.toPrecision(2) ?? '–'}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
