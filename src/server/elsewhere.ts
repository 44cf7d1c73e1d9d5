import type { Runs } from './runs';
import type { StatusBoard } from './status';

/** Milliseconds between two looks; a look reads small files. */
const LOOK_SPACING = 2000;

export interface ElsewhereSetup {
  readonly runs: Runs;
  readonly board: StatusBoard;
  /** Whether this window trains. */
  readonly isTraining: () => boolean;
  /** Takes the newest checkpoint into use. */
  readonly refreshModel: () => Promise<void>;
}

/** Trainings of the same workspace by another window, whose server this one hears nothing of but the run's files. */
export class Elsewhere {
  readonly #setup: ElsewhereSetup;
  #isTrained = false;
  /** Of the newest checkpoint seen. */
  #checkpoint: number | null = null;

  constructor(setup: ElsewhereSetup) {
    this.#setup = setup;
  }

  /** Tells what is going on now, and from now on takes what is learnt into use. */
  watch(): void {
    this.#look();
    setInterval(() => this.#follow(), LOOK_SPACING).unref();
  }

  #look(): void {
    const { runs, board } = this.#setup;
    this.#isTrained = runs.isTrainedByOther;
    this.#checkpoint = runs.checkpointTime();
    // What went wrong here before is out of date.
    if (this.#isTrained) board.update({ elsewhere: true, trainingProblem: null });
  }

  #follow(): void {
    const { runs, board, isTraining, refreshModel } = this.#setup;
    if (isTraining() || !(this.#isTrained || runs.isTrainedByOther)) return;
    const before = { isTrained: this.#isTrained, checkpoint: this.#checkpoint };
    this.#look();
    if (this.#isTrained === before.isTrained && this.#checkpoint === before.checkpoint) return;
    void refreshModel().then(() => board.update({ elsewhere: this.#isTrained }));
  }
}
