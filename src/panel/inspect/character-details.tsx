import type { InspectedCharacter } from '../../protocol/inspection';
import { activationText, bitsText, characterName, probabilityText } from './inspect-text';

interface CharacterDetailsProps {
  readonly character: string;
  readonly inspected: InspectedCharacter;
  /** Activation of the chosen unit after it; null where none is chosen. */
  readonly activation: number | null;
}

/** What the network thought of one character. */
export function CharacterDetails({ character, inspected, activation }: CharacterDetailsProps) {
  const { probability, bits, alternatives } = inspected;
  return (
    <>
      <p>
        <b class="inspected-name">{characterName(character)}</b> {probabilityText(probability)} · {bitsText(bits)}
      </p>
      <table class="alternatives">
        <caption>It thought likeliest</caption>
        <tbody>
          {alternatives.map((alternative) => (
            <tr key={alternative.character} class={alternative.character === character ? 'own' : undefined}>
              <th scope="row">{characterName(alternative.character)}</th>
              <td>{probabilityText(alternative.probability)}</td>
              <td aria-hidden="true">
                <meter min={0} max={1} value={alternative.probability} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {activation !== null && <p>The unit after it: {activationText(activation)}</p>}
    </>
  );
}
