import type { CloserMeasure, ContextMeasures } from '../inspection/context';
import type { ModelConfig } from '../model/config';
import { networkText } from '../protocol/format';

type Measured = ContextMeasures & { readonly network: ModelConfig };

/** Two tables: bits per character by how much the network may see, and its closing brackets by distance. */
export function contextText({ network, characters, reaches, read, closers }: Measured): string {
  const rows = reaches.map(({ reach, bpc, accuracy }) => row(number(reach), bpc.toFixed(3), percent(accuracy)));
  const brackets = closers
    .filter(({ total }) => total > 0)
    .map((closer) => row(distance(closer), percent(closer.right / closer.total), number(closer.total)));
  return [
    `${networkText(network)} on ${number(characters)} held-out characters, its state reset so many before each:`,
    row('characters', 'bpc', 'accuracy'),
    ...(rows.length > 0 ? rows : ['The text is too short.']),
    '',
    `Closing brackets predicted, by distance from their opener, in ${number(read)} characters:`,
    row('distance', 'right', 'of'),
    ...(brackets.length > 0 ? brackets : ['There are none.']),
  ].join('\n');
}

export function contextAsJson({ network, characters, reaches, read, closers }: Measured): object {
  return { network, characters, reaches, characters_with_closers: read, closers };
}

function row(...[first, second, third]: readonly [string, string, string]): string {
  return first.padStart(12) + second.padStart(10) + third.padStart(11);
}

function distance({ from, to }: CloserMeasure): string {
  return to === null ? `${number(from)} and more` : `${number(from)} to ${number(to - 1)}`;
}

const number = (value: number) => value.toLocaleString('en-US');
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
