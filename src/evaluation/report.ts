import { type Names, Vocabulary } from '../completion/code-aware/names';
import type { Expert } from '../completion/expert';
import { THRESHOLDS } from '../completion/gate';
import { gruExpert } from '../completion/gru';
import { type CorpusFile, joinFiles, loadCorpus } from '../corpus/corpus';
import type { Holdout } from '../corpus/holdout';
import type { Predictor } from '../engine/engine';
import { UserError } from '../protocol/user-error';
import { decode } from '../text/alphabet';
import { identifiersOf } from '../text/identifiers';
import { type Evaluation, evaluate } from '../training/evaluate';
import { type Keystrokes, measureLatency, type Stretch, simulateTyping, stretchesOf } from './keystrokes';

export interface ReportRequest {
  /** Absolute. */
  readonly folders: readonly string[];
  /** Which files are read: those held out; all where none are. */
  readonly holdout: Holdout;
  readonly excludes: readonly string[];
  /** How many characters to read at most, from the first. */
  readonly characters: number;
  /** How many characters to type in the simulation of keystrokes; 0 for no simulation. */
  readonly typed: number;
}

/** What is known of a network after reading text that it has not learnt from. */
export interface Report extends Evaluation {
  /** By threshold; null where nothing was typed. */
  readonly keystrokes: readonly Keystrokes[] | null;
  /** Of one request while typing; null where nothing was typed. */
  readonly latencyMilliseconds: { readonly p50: number; readonly p95: number } | null;
}

/** The modes' own, and enough beside them for a curve. */
const CURVE = [...new Set([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, ...Object.values(THRESHOLDS)])].sort();

/** Characters typed to measure latency. */
const TIMED = 1000;

/** @throws UserError where there is nothing to read */
export async function reportOn(predictor: Predictor, request: ReportRequest): Promise<Report> {
  const { folders, holdout, excludes, characters, typed } = request;
  const { train, validation } = await loadCorpus(folders, { holdout, excludes });
  const files = holdout === 'none' ? train : validation;
  if (files.length === 0) {
    throw new UserError(
      `${folders.join(', ')} has too few files to hold any out: use --holdout none to read all of them.`,
    );
  }
  const text = joinFiles(files);
  const evaluation = await evaluate(predictor, text.subarray(0, characters));
  const expert = gruExpert(predictor);
  const stretches = stretchesOf(decode(text), typed);
  if (stretches.length === 0) return { ...evaluation, keystrokes: null, latencyMilliseconds: null };
  const workspace = namesOf(train);
  const keystrokes = await simulateTyping(expert, stretches, CURVE, workspace);
  return { ...evaluation, keystrokes, latencyMilliseconds: await latencyOf(expert, stretches[0], workspace) };
}

function namesOf(files: readonly CorpusFile[]): Names {
  return Vocabulary.of(files.flatMap(({ symbols }) => [...identifiersOf(decode(symbols))]));
}

async function latencyOf(
  expert: Expert,
  { text, from }: Stretch,
  workspace: Names,
): Promise<{ p50: number; p95: number }> {
  const times = await measureLatency(expert, { text: text.slice(0, from + TIMED), from }, workspace);
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.floor(share * (times.length - 1))];
  return { p50: quantile(0.5), p95: quantile(0.95) };
}
