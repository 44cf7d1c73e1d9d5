import type { Runs } from './runs';
import type { StatusReporter } from './status';

/** Milliseconds between two looks; a look reads small files. */
const LOOK_SPACING = 2000;

export interface OtherWindowWatcherSetup {
  readonly runs: Runs;
  readonly reporter: StatusReporter;
  /** Whether this window trains. */
  readonly isTraining: () => boolean;
  /** Takes the newest checkpoint into use, or none where there is none any more. */
  readonly refreshModel: () => Promise<void>;
}

/**
 * Polls for runs changed by other windows of the same workspace, which may train and delete them. Their servers tell
 * this one nothing but by the runs' files.
 */
export class OtherWindowWatcher {
  readonly #setup: OtherWindowWatcherSetup;
  #isTrained = false;
  /** Identity of the newest checkpoint seen. */
  #checkpoint: string | null = null;

  constructor(setup: OtherWindowWatcherSetup) {
    this.#setup = setup;
  }

  /** Tells what is going on now, and from now on takes what is learnt into use. */
  watch(): void {
    this.#check();
    setInterval(() => this.#follow(), LOOK_SPACING).unref();
  }

  #check(): void {
    const { runs, reporter } = this.#setup;
    this.#isTrained = runs.isTrainedByOther;
    this.#checkpoint = runs.checkpointIdentity();
    // What went wrong here before is out of date.
    if (this.#isTrained) {
      reporter.update({ elsewhere: true, trainingProblem: null });
    }
  }

  #follow(): void {
    const { runs, reporter, isTraining, refreshModel } = this.#setup;
    if (isTraining()) {
      // This window's own checkpoints are taken into use as they are told.
      this.#checkpoint = runs.checkpointIdentity();
      return;
    }
    const before = { isTrained: this.#isTrained, checkpoint: this.#checkpoint };
    this.#check();
    if (this.#isTrained === before.isTrained && this.#checkpoint === before.checkpoint) {
      return;
    }
    void refreshModel().then(() => reporter.update({ elsewhere: this.#isTrained }));
  }
}
