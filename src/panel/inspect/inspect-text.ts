import type { RankedUnit, UnitProperty } from '../../protocol/inspection';
import { printable } from '../../protocol/printable';

/** Words about what is seen in a network. */

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'space',
  '\n': 'line end',
  '\t': 'tab',
  '\ufffd': 'any other character',
};

/** A character in words, for those that cannot be seen, or itself. */
export function characterName(character: string): string {
  return NAMES[character] ?? printable(character);
}

/** "12 %", "0.3 %", "under 0.01 %". */
export function probabilityText(probability: number): string {
  const percent = probability * 100;
  if (percent < 0.01) {
    return 'under 0.01 %';
  }
  return `${percent < 1 ? percent.toPrecision(1) : percent.toFixed(percent < 99.95 && percent >= 99 ? 1 : 0)} %`;
}

/** "3.1 bits" */
export function bitsText(bits: number): string {
  return `${bits.toFixed(1)} bits`;
}

export const PROPERTY_NAMES: Readonly<Record<UnitProperty, string>> = {
  bracketDepth: 'Depth of brackets',
  inString: 'In a string',
  inComment: 'In a comment',
  indentation: 'Indentation',
  column: 'Position in the line',
};

/** "layer 2, unit 317: +0.83"; people count from 1. */
export function unitText({ layer, unit, correlation }: RankedUnit): string {
  const sign = correlation < 0 ? '−' : '+';
  return `layer ${layer + 1}, unit ${unit + 1}: ${sign}${Math.abs(correlation).toFixed(2)}`;
}

/** "+0.42" */
export function activationText(activation: number): string {
  return `${activation < 0 ? '−' : '+'}${Math.abs(activation).toFixed(2)}`;
}

/** What a prediction looked back at, in a sentence. */
export function lookBackSentence(character: string, before: number, half: number): string {
  const name = characterName(character);
  if (before === 0) {
    return `Nothing stands before this ${name}.`;
  }
  const last = half === 1 ? 'the last character' : `the last ${half} characters`;
  return `Predicting ${name}, half of the pull came from ${last} of ${before} before it.`;
}
