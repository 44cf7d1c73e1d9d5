import { existsSync, lstatSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';

import { type CheckpointMetadata, type FullState, readCheckpoint, writeCheckpointFile } from '../model/checkpoint';
import { checkModel } from '../model/limits';
import { MeasuredContext } from '../protocol/measured-context';
import {
  CalibrationEvent,
  CorpusEvent,
  FinishedEvent,
  ProgressEvent,
  SampleEvent,
  StartedEvent,
  StructureEvent,
  type TrainingEvent,
  TrainRequest,
  ValidationEvent,
} from '../protocol/training-events';
import { TrainingFiles } from '../protocol/training-files';
import { UserError } from '../protocol/user-error';
import { replaceFileAtomically } from '../storage/durable-file';
import { fileProblem, withFileErrors, withFileErrorsSync } from '../storage/file-errors';
import { parseJson } from '../storage/json';
import { appendLine, keepLines, readLastLine, readLines } from '../storage/json-lines';
import { lockRun, type RunLock } from '../storage/lock';
import { makeFolder, tighten } from '../storage/private-folder';
import { readRegularFileSync } from '../storage/regular-file';
import { checkMinibatch, Recipe } from './recipe';
import { checkLimits } from './schedule';

/** run.json: what is trained, on what, and how it ended. */
export const RunInfo = v.object({
  formatVersion: v.literal(1),
  created: v.string(),
  request: TrainRequest,
  recipe: Recipe,
  limits: v.object({ epochs: v.nullable(v.number()), seconds: v.nullable(v.number()) }),
  corpus: CorpusEvent,
  started: StartedEvent,
  /** null while it is trained, and after a kill. */
  finished: v.nullable(FinishedEvent),
});
export type RunInfo = v.InferOutput<typeof RunInfo>;

const MetricsLine = v.variant('kind', [ProgressEvent, ValidationEvent, StructureEvent, CalibrationEvent]);
const METRICS: ReadonlySet<string> = new Set(MetricsLine.options.map(({ entries }) => entries.kind.literal));

/** Three times the largest ever seen, of 300,000 files that were left out. */
const LARGEST_INFO = 64 * 1024 * 1024;

/** name.json: what somebody calls the run. The server writes it, also while a trainer writes run.json. */
const RunName = v.object({ name: v.string() });

const LARGEST_NAME = 64 * 1024;

/** Paths of at most 4,096 bytes, 10,000 of them, take 41 MB. */
const LARGEST_FILES = 64 * 1024 * 1024;

const CHECKPOINT_NAME = /^epoch-(\d+(?:\.\d+)?)\.safetensors$/;

/** Pattern of the names in a run folder, with those that a killed process may leave. */
const RUN_NAME =
  /^(?:(?:run|name|files)\.json|(?:metrics|samples|context)\.jsonl|trainer\.lock|checkpoints)(?:\.\w+)?$/;

/** Patterns of what a process may leave that was killed in replacing a file, in a run folder and in its checkpoints. */
const RUN_LEFTOVER = /^(?:(?:run|files)\.json|(?:metrics|samples|context)\.jsonl|trainer\.lock)\.(?:partial|renewal)$/;
const CHECKPOINT_LEFTOVER = /^(?:latest|epoch-\d+(?:\.\d+)?)\.safetensors\.partial$/;

/**
 * The folder of one training: run.json, files.json, metrics.jsonl, samples.jsonl, perhaps name.json and context.jsonl,
 * and checkpoints/. It may come from anybody: nothing that it says leads out of it, and what is read of it is limited.
 */
export class Run {
  readonly path: string;
  readonly #lock: RunLock | null;
  readonly #infoPath: string;
  readonly #namePath: string;
  readonly #filesPath: string;
  readonly #metricsPath: string;
  readonly #samplesPath: string;
  readonly #contextPath: string;
  readonly #checkpointFolder: string;
  /** The newest full training state: what a resume goes on from. */
  readonly latestPath: string;
  /** Description of the run as this process has written it last. */
  #written: RunInfo | null = null;

  /** @param lock of whoever trains it: nothing is written once another process has taken it over */
  constructor(path: string, lock: RunLock | null = null) {
    this.path = path;
    this.#lock = lock;
    this.#infoPath = join(path, 'run.json');
    this.#namePath = join(path, 'name.json');
    this.#filesPath = join(path, 'files.json');
    this.#metricsPath = join(path, 'metrics.jsonl');
    this.#samplesPath = join(path, 'samples.jsonl');
    this.#contextPath = join(path, 'context.jsonl');
    this.#checkpointFolder = join(path, 'checkpoints');
    this.latestPath = join(this.#checkpointFolder, 'latest.safetensors');
  }

  /** @throws UserError where run.json is missing, damaged, of a newer version or beyond the limits of a training */
  info(): RunInfo {
    const text = this.#infoText();
    try {
      return checked(v.parse(RunInfo, parseJson(text)));
    } catch (error) {
      const why = error instanceof UserError ? ` (${error.message.replace(/\.$/, '')})` : '';
      throw new UserError(
        `${this.#infoPath} is damaged or was written by a newer version of Understudy${why}; train into another folder.`,
      );
    }
  }

  #infoText(): string {
    try {
      return readRegularFileSync(this.#infoPath, LARGEST_INFO).toString('utf8');
    } catch (error) {
      if (isMissing(error)) {
        throw new UserError(`${this.path} holds no training (it has no run.json).`);
      }
      throw fileProblem(`${this.#infoPath} cannot be read`, error);
    }
  }

  /** Writes run.json for a training that begins or goes on. */
  async begin(facts: Pick<RunInfo, 'request' | 'recipe' | 'limits' | 'corpus' | 'started'>): Promise<void> {
    const created = this.hasInfo ? this.info().created : new Date().toISOString();
    await this.#writeInfo({ formatVersion: 1, created, ...facts, finished: null });
  }

  async finish(finished: FinishedEvent): Promise<void> {
    // Somebody may have deleted it since; the training goes on all the same.
    await this.#writeInfo({ ...(this.#written ?? this.info()), finished });
  }

  async #writeInfo(info: RunInfo): Promise<void> {
    this.#lock?.check();
    this.#written = info;
    await withFileErrors(`${this.#infoPath} cannot be written`, () =>
      replaceFileAtomically(this.#infoPath, `${JSON.stringify(info, null, 2)}\n`),
    );
  }

  get hasInfo(): boolean {
    return existsSync(this.#infoPath);
  }

  /** Name that somebody gave the run, or null. */
  name(): string | null {
    try {
      return v.parse(RunName, parseJson(readRegularFileSync(this.#namePath, LARGEST_NAME).toString('utf8'))).name;
    } catch {
      return null;
    }
  }

  /** Gives the run a name; null takes it away. @throws UserError where it cannot be written */
  async rename(name: string | null): Promise<void> {
    await withFileErrors(`${this.#namePath} cannot be written`, async () => {
      if (name === null) {
        rmSync(this.#namePath, { force: true });
      } else {
        const content: v.InferOutput<typeof RunName> = { name };
        await replaceFileAtomically(this.#namePath, `${JSON.stringify(content)}\n`);
      }
    });
  }

  /** Writes files.json, of a training that begins or goes on. @throws UserError where it cannot be written */
  async keepFiles(files: TrainingFiles): Promise<void> {
    this.#lock?.check();
    await withFileErrors(`${this.#filesPath} cannot be written`, () =>
      replaceFileAtomically(this.#filesPath, `${JSON.stringify(files)}\n`),
    );
  }

  /** Files that are learnt from and held out; null where an earlier version trained, and where they are damaged. */
  files(): TrainingFiles | null {
    try {
      return v.parse(TrainingFiles, parseJson(readRegularFileSync(this.#filesPath, LARGEST_FILES).toString('utf8')));
    } catch {
      return null;
    }
  }

  /** Keeps what was measured of the network of an epoch. The server does so, also while a trainer is at work. */
  keepContext(measured: MeasuredContext): void {
    withFileErrorsSync(`${this.#contextPath} cannot be written`, () => appendLine(this.#contextPath, measured));
  }

  /** How far back the network of an epoch was found to see when that was last measured; null where it was not. */
  context(epoch: number): MeasuredContext | null {
    return linesIn(this.#contextPath, MeasuredContext).findLast((measured) => measured.epoch === epoch) ?? null;
  }

  /** Whether there is a full checkpoint, which a resumed training goes on from. */
  get hasLatest(): boolean {
    return existsSync(this.latestPath);
  }

  get isComplete(): boolean {
    return this.info().finished?.reason === 'completed';
  }

  /** Bits per held-out character when they were last measured; null before that. */
  validationBpc(): number | null {
    return this.validations().at(-1)?.bpc ?? null;
  }

  /** Validations so far. A day of training has a thousand times as many other lines, which are not parsed. */
  validations(): v.InferOutput<typeof ValidationEvent>[] {
    return withFileErrorsSync(`${this.#metricsPath} cannot be read`, () =>
      readLines(this.#metricsPath, ValidationEvent, 'validation'),
    );
  }

  /** The newest progress, or null. */
  newestProgress(): v.InferOutput<typeof ProgressEvent> | null {
    return withFileErrorsSync(`${this.#metricsPath} cannot be read`, () =>
      readLastLine(this.#metricsPath, ProgressEvent),
    );
  }

  /** The run's history so far, as it would have been told by the events of a training without interruption. */
  events(): TrainingEvent[] {
    const { corpus, started, finished } = this.info();
    const checkpoints = this.checkpoints().map((checkpoint) => ({ kind: 'checkpoint' as const, ...checkpoint }));
    const reported = [
      ...linesIn(this.#metricsPath, MetricsLine),
      ...linesIn(this.#samplesPath, SampleEvent),
      ...checkpoints,
    ].sort((a, b) => a.epoch - b.epoch);
    // Wherever the folder was when they were written.
    const run = this.path;
    const end = finished ? [{ ...finished, run }] : [];
    return [corpus, { ...started, run, fromEpoch: 0, notice: null }, ...reported, ...end];
  }

  /** Adds an event to the run's files, where those are what keeps its kind. */
  async note(event: TrainingEvent): Promise<void> {
    const isMetric = METRICS.has(event.kind);
    if (!isMetric && event.kind !== 'sample') {
      return;
    }
    this.#lock?.check();
    const path = isMetric ? this.#metricsPath : this.#samplesPath;
    await withFileErrors(`${path} cannot be written`, () => appendLine(path, event));
  }

  /** Checkpoints kept for good, by epoch. */
  checkpoints(): { epoch: number; path: string }[] {
    return namesIn(this.#checkpointFolder)
      .flatMap((name) => {
        const match = CHECKPOINT_NAME.exec(name);
        return match ? [{ epoch: Number(match[1]), path: join(this.#checkpointFolder, name) }] : [];
      })
      .sort((a, b) => a.epoch - b.epoch);
  }

  /** Path of the checkpoint kept nearest to an epoch, or null. */
  nearestCheckpoint(epoch: number): string | null {
    const distance = (checkpoint: { epoch: number }) => Math.abs(checkpoint.epoch - epoch);
    return this.checkpoints().sort((a, b) => distance(a) - distance(b))[0]?.path ?? null;
  }

  checkpointPath(epoch: number): string {
    return join(this.#checkpointFolder, `epoch-${Number(epoch.toFixed(4))}.safetensors`);
  }

  /** The checkpoint that was trained longest, or null before the first. */
  newest(): string | null {
    return existsSync(this.latestPath) ? this.latestPath : (this.checkpoints().at(-1)?.path ?? null);
  }

  /** Writes a checkpoint of the run. @throws UserError where it cannot be written */
  async writeCheckpoint(
    path: string,
    parameters: Float32Array,
    metadata: CheckpointMetadata,
    full?: FullState,
  ): Promise<void> {
    this.#lock?.check();
    await writeCheckpointFile(path, parameters, metadata, full);
  }

  /**
   * Gives up the full training state, so that the run cannot be resumed any more. Its weights stay, as those of their
   * epoch. Where it is cut short, nothing is lost, and it can be done again.
   *
   * @throws UserError where the newest checkpoint cannot be read or written
   */
  async dropTrainingState(): Promise<void> {
    const { metadata, parameters } = await readCheckpoint(this.latestPath);
    await this.writeCheckpoint(this.checkpointPath(metadata.epoch), parameters, metadata);
    rmSync(this.latestPath, { force: true });
    this.removeLeftovers();
  }

  /** Deletes all checkpoints but the newest. */
  dropEarlierCheckpoints(): void {
    for (const { path } of this.checkpoints().slice(0, -1)) {
      rmSync(path, { force: true });
    }
  }

  /**
   * Forgets everything after `epoch`, and lines torn by a kill: a resumed training tells it anew. Where it begins with
   * measuring the network of `epoch`, what was told of that is forgotten as well.
   */
  async forgetAfter(epoch: number, { isToldAnew }: { isToldAnew: boolean }): Promise<void> {
    this.#lock?.check();
    const isKept = (event: { epoch: number }) => event.epoch < epoch || (event.epoch === epoch && !isToldAnew);
    await withFileErrors(`${this.path} cannot be written`, async () => {
      await keepLines(this.#metricsPath, MetricsLine, (event) => {
        if (event.kind === 'progress') {
          return event.epoch <= epoch;
        }
        // What suggestions came to holds for the end of a training only.
        return event.kind !== 'calibration' && isKept(event);
      });
      await keepLines(this.#samplesPath, SampleEvent, isKept);
      if (existsSync(this.#contextPath)) {
        await keepLines(this.#contextPath, MeasuredContext, (measured) => measured.epoch <= epoch);
      }
      for (const checkpoint of this.checkpoints()) {
        if (checkpoint.path !== this.checkpointPath(epoch) && checkpoint.epoch > epoch) {
          rmSync(checkpoint.path, { force: true });
        }
      }
    });
  }

  /** Deletes what killed processes left beside its files: else the partial file of an old checkpoint would stay. */
  removeLeftovers(): void {
    const leftovers = [
      ...namesIn(this.path)
        .filter((name) => RUN_LEFTOVER.test(name))
        .map((name) => join(this.path, name)),
      ...namesIn(this.#checkpointFolder)
        .filter((name) => CHECKPOINT_LEFTOVER.test(name))
        .map((name) => join(this.#checkpointFolder, name)),
    ];
    for (const path of leftovers) {
      rmSync(path, { force: true });
    }
  }

  /**
   * Takes the rights of others away from what an earlier version wrote; from the folder itself too where nothing but
   * the run stands in it.
   */
  tighten(): void {
    try {
      const names = namesIn(this.path);
      const checkpoints = namesIn(this.#checkpointFolder).map((name) => join(this.#checkpointFolder, name));
      for (const path of [...names.filter(isOfRun).map((name) => join(this.path, name)), ...checkpoints]) {
        tighten(path);
      }
      if (names.length > 0 && names.every(isOfRun)) {
        tighten(realpathSync(this.path));
      }
    } catch {
      // Whoever reads it is told why it cannot be read.
    }
  }
}

function isOfRun(name: string): boolean {
  return RUN_NAME.test(name);
}

/** @throws UserError where a number is out of the range that trainings have */
function checked(info: RunInfo): RunInfo {
  checkModel(info.recipe.model);
  checkMinibatch(info.recipe);
  checkLimits(info.limits);
  return info;
}

/** The training in a folder. @throws UserError where there is none */
export function openRun(path: string): Run {
  const run = new Run(path);
  run.info();
  run.tighten();
  return run;
}

/**
 * Makes this process the only one that trains the run at `path`, new or to be resumed, until `release` is called.
 *
 * @throws UserError where another process trains it, where a new run would overwrite one, or where it cannot be written
 */
export async function claimRun(path: string, resume: boolean): Promise<{ run: Run; release: () => void }> {
  if (resume) {
    openRun(path);
  }
  const checkpoints = join(path, 'checkpoints');
  const { made, lock } = await withFileErrors(`The run folder ${path} cannot be written`, () =>
    claimFolder(path, checkpoints),
  );
  const run = new Run(path, lock);
  const release = () => {
    const isUnused = made !== undefined && !run.hasInfo;
    // Whoever claims the run next makes this one again.
    if (isUnused) {
      removeEmpty(checkpoints, checkpoints);
    }
    lock.release();
    if (isUnused) {
      removeEmpty(path, made);
    }
  };
  try {
    refuseLink(checkpoints);
    if (!resume && run.hasInfo) {
      throw new UserError(`${path} already holds a training: resume it, or train into another folder.`);
    }
    withFileErrorsSync(`The run folder ${path} cannot be written`, () => run.removeLeftovers());
  } catch (error) {
    release();
    throw error;
  }
  run.tighten();
  return { run, release };
}

/** Another process may delete the folder, or put it aside, just after it was made. */
const CLAIMS = 10;

async function claimFolder(path: string, checkpoints: string): Promise<{ made: string | undefined; lock: RunLock }> {
  for (let claim = 1; ; claim++) {
    const made = makeFolder(checkpoints);
    try {
      const lock = await lockRun(path);
      return { made: made ?? makeFolder(checkpoints), lock };
    } catch (error) {
      if (!isMissing(error) || claim === CLAIMS) {
        throw error;
      }
    }
  }
}

/** A run that somebody gave away could lead with a link to files of whoever resumes it. */
function refuseLink(folder: string): void {
  if (!lstatSync(folder).isSymbolicLink()) {
    return;
  }
  throw new UserError(
    `${folder} is a symbolic link, and a training writes in its own folder alone: put a folder there.`,
  );
}

/** Removes a folder and those above it up to `last`, as long as nothing stands in them. */
function removeEmpty(folder: string, last: string): void {
  try {
    rmdirSync(folder);
    if (folder !== last) {
      removeEmpty(dirname(folder), last);
    }
  } catch {
    // Something stands in it.
  }
}

function linesIn<Schema extends v.GenericSchema>(path: string, schema: Schema): v.InferOutput<Schema>[] {
  return withFileErrorsSync(`${path} cannot be read`, () => readLines(path, schema));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw fileProblem(`${folder} cannot be read`, error);
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
