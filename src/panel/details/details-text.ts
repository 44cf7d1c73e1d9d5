import { count, networkText, subsampleNotice } from '../../protocol/format';
import type { CorpusEvent } from '../../protocol/training-events';
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

/** Number of files and folders that were left out, in words. */
export function leftOutText(total: number): string {
  return total === 1
    ? 'One file or folder was left out'
    : `${total.toLocaleString('en-US')} files and folders were left out`;
}
