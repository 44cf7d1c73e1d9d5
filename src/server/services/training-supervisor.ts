import type { Settings } from '../../protocol/settings';
import type { FailedEvent, FinishedEvent, TrainingEvent, TrainRequest } from '../../protocol/training-events';
import { UserError } from '../../protocol/user-error';
import { forkTrainer, type TrainerEnd, type TrainerProcess } from '../../trainer/fork-trainer';
import { inBackground, stackOf } from '../requests';
import { reportReading, reportTraining, type ShownProgress } from './progress';
import type { Runs } from './runs';
import type { StatusReporter } from './status';

export interface TrainingSupervisorSetup {
  readonly runs: Runs;
  readonly reporter: StatusReporter;
  readonly settings: () => Promise<Settings>;
  /** Folders to learn from. @throws UserError where there are none */
  readonly folders: () => Promise<string[]>;
  readonly isTrusted: () => boolean;
  readonly showProgress: (onCancel: () => void) => Promise<ShownProgress>;
  readonly notify: (event: TrainingEvent) => void;
  /** A training that had begun has failed, for this reason; `start` tells of those that had not. */
  readonly onFailure: (message: string) => void;
  /** Takes the newest checkpoint into use. */
  readonly refreshModel: () => Promise<void>;
  readonly log: (line: string) => void;
}

/** Trainings of the workspace, one at a time, each in a process of its own. */
export class TrainingSupervisor {
  readonly #setup: TrainingSupervisorSetup;
  #stop: AbortController | null = null;
  #trainer: TrainerProcess | null = null;
  #isClosed = false;
  /** Never rejects. */
  #ended: Promise<void> = Promise.resolve();

  constructor(setup: TrainingSupervisorSetup) {
    this.#setup = setup;
  }

  get isRunning(): boolean {
    return this.#stop !== null;
  }

  /** Resolves when the training has begun. @throws UserError where it could not */
  async start({ resume }: { resume: boolean }): Promise<void> {
    if (!this.#setup.isTrusted()) {
      throw new UserError('Understudy does not train in a workspace that is not trusted: trust it first.');
    }
    if (this.#stop) {
      throw new UserError('A training is running already: stop it first.');
    }
    this.#throwIfClosed();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    await new Promise<void>((resolve, reject) => {
      let hasBegun = false;
      const begun = () => {
        hasBegun = true;
        resolve();
      };
      const failed = (error: unknown) => {
        if (hasBegun) {
          this.#setup.onFailure(sentenceFor(error));
        }
        reject(error);
      };
      const training = this.#train(resume, signal, begun).finally(() => {
        this.#stop = null;
        this.#trainer = null;
      });
      this.#ended = training.then(resolve, failed);
    });
  }

  /** Asks a training that runs for a checkpoint and an end, and begins no other. */
  close(): void {
    this.#isClosed = true;
    this.#stop?.abort();
  }

  #throwIfClosed(): void {
    if (this.#isClosed) {
      throw new UserError('The server is shutting down: no training begins.');
    }
  }

  /**
   * Resolves when the checkpoint is written and the trainer gone. A second call while it waits does not wait for that.
   */
  async stop(): Promise<void> {
    if (!this.#stop) {
      throw new UserError('No training is running.');
    }
    if (this.#stop.signal.aborted) {
      this.#trainer?.kill();
    }
    this.#stop.abort();
    await this.#ended;
  }

  async #train(resume: boolean, signal: AbortSignal, begun: () => void): Promise<void> {
    const { runs, reporter, showProgress, refreshModel, notify } = this.#setup;
    reporter.update({
      training: { done: resume ? (runs.paused() ?? 0) : 0, secondsLeft: null },
      trainingProblem: null,
    });
    const progress = await showProgress(() => void this.stop().catch(() => {}));
    try {
      const request = await this.#request(resume);
      this.#throwIfClosed();
      if (!resume) {
        await runs.setAside();
      }
      const end = await this.#withoutGpuIfKilled(request, signal, progress, begun);
      // What it cannot tidy up is no reason to keep the end from people.
      await runs.settle().catch((error) => this.#setup.log(String(error)));
      await refreshModel();
      notify(end);
      if (end.kind === 'failed') {
        throw new UserError(end.message);
      }
    } catch (error) {
      if (!(error instanceof UserError)) {
        this.#setup.log(stackOf(error));
      }
      reporter.update({ trainingProblem: sentenceFor(error) });
      throw error;
    } finally {
      progress.done();
      reporter.update({ training: null });
    }
  }

  /** A driver that is lost can take the process with it; the training then goes on without the GPU. */
  async #withoutGpuIfKilled(
    request: TrainRequest,
    signal: AbortSignal,
    progress: ShownProgress,
    begun: () => void,
  ): Promise<FinishedEvent | FailedEvent> {
    const { notify, runs, log } = this.#setup;
    let engine = '';
    const first = await this.#supervise(request, signal, progress, (event) => {
      notify(event);
      if (event.kind === 'started') {
        engine = event.engine;
        begun();
      }
    });
    if (!first.isKilled || engine !== 'tfjs' || signal.aborted) {
      return first.event;
    }
    const from = runs.current.newest() === null ? '' : ' from the last checkpoint';
    const notice = `The training process ended while it used TensorFlow; the native engine goes on${from}.`;
    log(notice);
    const again: TrainRequest = { ...request, engine: 'native', resume: true };
    const second = await this.#supervise(again, signal, progress, (event) =>
      notify(event.kind === 'started' ? { ...event, notice: [notice, event.notice ?? []].flat().join(' ') } : event),
    );
    return second.event;
  }

  async #supervise(
    request: TrainRequest,
    signal: AbortSignal,
    progress: ShownProgress,
    notify: (event: TrainingEvent) => void,
  ): Promise<TrainerEnd> {
    const { reporter, refreshModel, runs, log } = this.#setup;
    let hasStarted = false;
    const trainer = forkTrainer(
      request,
      (event) => {
        notify(event);
        hasStarted ||= event.kind === 'started';
        if (event.kind === 'started' && event.notice !== null) {
          log(event.notice);
        }
        if (event.kind === 'checkpoint' && !runs.isWorseThanPrevious) {
          inBackground(
            log,
            refreshModel().then(() => runs.settle()),
          );
        }
        if (event.kind === 'reading') {
          reportReading(progress, event);
        }
        if (event.kind === 'progress') {
          reporter.update({ training: { done: event.done, secondsLeft: event.secondsLeft } });
          reportTraining(progress, event);
        }
      },
      log,
    );
    this.#trainer = trainer;
    if (signal.aborted) {
      trainer.stop();
    } else {
      signal.addEventListener('abort', () => trainer.stop());
    }
    const end = await trainer.ended;
    return (end.isKilled && hasStarted && this.#completed()) || end;
  }

  /** The end of a training that its trainer, killed while it tried suggestions out, did not live to tell. */
  #completed(): TrainerEnd | null {
    const { finished } = this.#setup.runs.current.info();
    return finished?.reason === 'completed' ? { event: finished, isKilled: false } : null;
  }

  async #request(resume: boolean): Promise<TrainRequest> {
    const { settings, folders, runs } = this.#setup;
    const { preset, minutes, cell, layers, units, engine, threads, seed, exclude, memory, samplePrompts } =
      await settings();
    return {
      folders: await folders(),
      run: runs.current.path,
      preset,
      epochs: null,
      seconds: minutes * 60,
      // A resumed training goes on with the network it has.
      cell: resume ? null : cell,
      layers: resume ? null : layers,
      units: resume ? null : units,
      seqlen: null,
      batch: null,
      engine,
      threads: threads === 0 ? null : threads,
      seed,
      holdout: 'auto',
      excludes: exclude,
      wholeCorpus: false,
      memory,
      prompts: samplePrompts,
      resume,
    };
  }
}

function sentenceFor(error: unknown): string {
  return error instanceof UserError ? error.message : 'The training failed unexpectedly; the log tells more.';
}
