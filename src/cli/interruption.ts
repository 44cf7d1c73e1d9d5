import type { TrainerProcess } from '../trainer/fork-trainer';
import { endWithoutOutput, isReaderGone } from './output';
import type { TerminalReport } from './terminal-report';

/**
 * Exit codes that shells expect of a program that was interrupted (128 + SIGINT), or that nobody listens to (128 +
 * SIGPIPE).
 */
const INTERRUPTED = 130;
const UNHEARD = 141;

/** Stops a training before its end; what was learnt is saved. */
export class Interruption {
  readonly #trainer: TrainerProcess;
  readonly #report: TerminalReport;
  /** 0 as long as it goes on. */
  #exitCode = 0;
  #why: string | null = null;

  constructor(trainer: TrainerProcess, report: TerminalReport) {
    this.#trainer = trainer;
    this.#report = report;
  }

  get exitCode(): number {
    return this.#exitCode;
  }

  /** What the report could not tell. */
  get why(): string | null {
    return this.#why;
  }

  /**
   * The first Ctrl-C (or the like) stops the training, the second ends everything. A terminal that is closed may say so
   * several times, and means nothing more by it.
   */
  onSignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (this.#exitCode === 0) {
          this.#interrupt();
        } else if (signal !== 'SIGHUP') {
          this.#quit();
        }
      });
    }
  }

  /** `understudy train … | head` has seen enough: a training that nobody follows is not worth the machine's time. */
  onClosedOutput(): void {
    process.stdout.off('error', endWithoutOutput);
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      this.#why ??= isReaderGone(error)
        ? 'Nobody reads its output any more'
        : `Its output cannot be written (${error.code})`;
      if (this.#exitCode === 0) {
        this.#exitCode = isReaderGone(error) ? UNHEARD : 1;
      }
      this.#trainer.stop();
    });
  }

  #interrupt(): void {
    this.#exitCode = INTERRUPTED;
    this.#trainer.stop();
    this.#report.write('Stopping and saving; once more quits at once.');
  }

  #quit(): void {
    this.#trainer.kill();
    // A terminal gets its cursor back.
    this.#report.end();
    process.exit(INTERRUPTED);
  }
}
