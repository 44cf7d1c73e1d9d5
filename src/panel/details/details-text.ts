import { count, networkText, subsampleNotice } from '../../protocol/format';
import type { CorpusEvent } from '../../protocol/training-events';
import type { TrainingFiles } from '../../protocol/training-files';
import { type Pair, UNKNOWN } from '../parts/pairs';
import type { PanelState } from '../state';

/** Facts of a training for those who want to know: network, machine, recipe and files. */
export function facts({ started, corpus }: PanelState): Pair[] {
  const network = started && `${networkText(started)}, ${count(started.parameters)} parameters`;
  const machine = started && `${started.device} · ${started.mode} · ${started.engine} engine`;
  const recipe = started && `${started.preset}, minibatches of ${started.batch} × ${started.seqlen}`;
  const files = corpus && learntFrom(corpus);
  return [
    { id: 'network', label: 'Network', value: network ?? UNKNOWN },
    { id: 'machine', label: 'Runs on', value: machine ?? UNKNOWN },
    { id: 'recipe', label: 'Recipe', value: recipe ?? UNKNOWN },
    { id: 'files', label: 'Learns from', value: files ?? UNKNOWN },
  ];
}

function learntFrom({ files, trainCharacters, validationFiles, sampledFrom }: CorpusEvent): string {
  const learnt = `${count(files)} files, ${count(trainCharacters)} characters; ${count(validationFiles)} for validation`;
  return sampledFrom ? `${learnt}. ${subsampleNotice(sampledFrom)}` : learnt;
}

/** Title of the list of files. */
export function filesTitle({ files, validationFiles }: Pick<CorpusEvent, 'files' | 'validationFiles'>): string {
  const heldOut = validationFiles === 0 ? 'none held out' : `${number(validationFiles)} held out`;
  return `The files: ${number(files)} to learn from, ${heldOut}`;
}

/** Sentence on the files that a list is too short for; null where it has all of them. */
export function unlistedText({ listed, unlisted }: TrainingFiles): string | null {
  if (unlisted.files === 0) {
    return null;
  }
  return (
    `These are the ${number(listed.length)} largest; ` +
    `the ${number(unlisted.files)} smaller ones have ${count(unlisted.characters)} characters together.`
  );
}

/** "12 of 686 files". */
export function matchText(matching: number, all: number): string {
  return `${number(matching)} of ${number(all)} files`;
}

export const number = (value: number): string => value.toLocaleString('en-US');

/** Number of files and folders that were left out, in words. */
export function leftOutText(total: number): string {
  return total === 1 ? 'One file or folder was left out' : `${number(total)} files and folders were left out`;
}
