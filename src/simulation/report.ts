import { THRESHOLDS, type Thresholds, thresholdsOf } from '../completion/expected-savings';
import { type CorpusFile, joinFiles, loadCorpus } from '../corpus/corpus';
import type { Holdout } from '../corpus/holdout';
import { subsample } from '../corpus/subsample';
import type { Predictor } from '../engine/engine';
import { Memory, MOST_REMEMBERED } from '../memory/memory';
import { type Evaluation, evaluate } from '../metrics/evaluate';
import { quantiles } from '../metrics/quantiles';
import type { OperatingPoints } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import { firstCharacters, type MemoryBits, memoryBits, type PredictedFile, predictionsOn } from './bits';
import { excerptsOf } from './excerpts';
import type { Keystrokes } from './keystrokes';
import { knownNamesOf } from './known-names';
import { networkAlone, type SimulatedModel, withMemory } from './systems';
import { measureLatency, simulateTyping } from './typing';

export interface ReportRequest {
  /** Absolute. */
  readonly folders: readonly string[];
  /** Which files are read: those held out; all where none are. */
  readonly holdout: Holdout;
  readonly excludes: readonly string[];
  /** Most characters to read, from the first. */
  readonly characters: number;
  /** Characters to type in the simulation of keystrokes; 0 for no simulation. */
  readonly typed: number;
  /** Whether to measure a memory of the files that are not held out as well, alone and with the network. */
  readonly memory: boolean;
  /** The network's own. */
  readonly operatingPoints: OperatingPoints | null;
}

export type ExpertSet = 'network' | 'memory' | 'both';

/**
 * Figures of a network, and of a memory beside it, on the files read: bits per character, keystrokes saved, latency.
 */
export interface Report {
  /** The network alone. */
  readonly network: Evaluation;
  readonly memory: MemoryBits | null;
  readonly both: MemoryBits | null;
  /** Rows by experts and threshold; null where nothing was typed. */
  readonly keystrokes: readonly Row[] | null;
  /** Latency of one request while typing, with all the experts there are; null where nothing was typed. */
  readonly latencyMilliseconds: { readonly p50: number; readonly p95: number } | null;
}

/** Keystrokes that a set of experts saves at a threshold, which may be a mode's. */
export interface Row extends Keystrokes {
  readonly experts: ExpertSet;
  readonly mode: keyof Thresholds | null;
}

/** Enough for a curve, beside the modes' own. */
const CURVE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/** @throws UserError where there is nothing to read */
export async function reportOn(
  predictor: Predictor,
  request: ReportRequest,
  print: (line: string) => void,
): Promise<Report> {
  const { train, heldOut } = await filesOf(request);
  const known = subsample(train, MOST_REMEMBERED);
  const remember = () => Memory.build(request.holdout === 'none' ? [] : known);

  print('The network reads …');
  const network = await evaluate(predictor, joinFiles(heldOut).subarray(0, request.characters));
  let [memory, both]: (MemoryBits | null)[] = [null, null];
  if (request.memory) {
    print('The memory reads …');
    const read = firstCharacters(heldOut, request.characters);
    memory = await memoryBits(await remember(), withoutPredictions(read));
    print('Both read …');
    both = await memoryBits(await remember(), await withPredictions(predictor, read));
  }

  const excerpts = excerptsOf(heldOut, request.typed);
  if (excerpts.length === 0) {
    return { network, memory: memory!, both: both!, keystrokes: null, latencyMilliseconds: null };
  }
  const workspace = await knownNamesOf(train);
  const keystrokes: Row[] = [];
  let last: SimulatedModel = networkAlone(predictor);
  for (const experts of request.memory ? (['network', 'memory', 'both'] as const) : (['network'] as const)) {
    print(`Typing with ${EXPERTS[experts]} …`);
    if (experts !== 'network') {
      last = withMemory(await remember(), experts === 'both' ? predictor : null);
    }
    const modes = thresholdsWith(experts, request.operatingPoints);
    const thresholds = [...new Set([...CURVE, ...Object.values(modes)])].sort();
    const results = await simulateTyping(last, excerpts, thresholds, { workspace, files: heldOut, inEditor: true });
    keystrokes.push(
      ...results.flatMap((result) => modesAt(result.threshold, modes).map((mode) => ({ ...result, experts, mode }))),
    );
  }
  const latencyMilliseconds = quantiles(await measureLatency(last.expert, excerpts[0]!, workspace));
  return { network, memory: memory!, both: both!, keystrokes, latencyMilliseconds };
}

export const EXPERTS: Readonly<Record<ExpertSet, string>> = {
  network: 'the network alone',
  memory: 'the memory alone',
  both: 'both',
};

/** The memory alone completes before there is a network, with the usual thresholds. */
function thresholdsWith(experts: ExpertSet, points: OperatingPoints | null): Thresholds {
  return experts === 'memory' ? THRESHOLDS : thresholdsOf(points, { memory: experts === 'both' });
}

const MODES = ['quiet', 'balanced', 'eager'] as const;

/** The modes with this threshold, or null for none; two may share one. */
function modesAt(threshold: number, thresholds: Thresholds): Row['mode'][] {
  const modes = MODES.filter((mode) => thresholds[mode] === threshold);
  return modes.length > 0 ? modes : [null];
}

/** Files to learn from, and those to measure on. @throws UserError where there is none of these */
export async function filesOf({
  folders,
  holdout,
  excludes,
}: Pick<ReportRequest, 'folders' | 'holdout' | 'excludes'>): Promise<{ train: CorpusFile[]; heldOut: CorpusFile[] }> {
  const { train, validation } = await loadCorpus(folders, { holdout, excludes });
  const heldOut = holdout === 'none' ? train : validation;
  if (heldOut.length === 0) {
    throw new UserError(
      `${folders.join(', ')} has too few files to hold any out: use --holdout none to read all of them.`,
    );
  }
  return { train, heldOut };
}

function withoutPredictions(files: readonly CorpusFile[]): PredictedFile[] {
  return files.map((file) => ({ file, predictions: null }));
}

async function withPredictions(predictor: Predictor, files: readonly CorpusFile[]): Promise<PredictedFile[]> {
  const predicted: PredictedFile[] = [];
  for (const file of files) {
    predicted.push({ file, predictions: await predictionsOn(predictor, file) });
  }
  return predicted;
}
