import type { WriteStream } from 'node:tty';
import { SingleBar } from 'cli-progress';
import type {
  CalibrationEvent,
  ProgressEvent,
  ReadingEvent,
  TrainingEvent,
  ValidationEvent,
} from '../protocol/training';
import { percent, readingText } from '../protocol/wording';
import { corpusText, progressText, sampleText, startedText } from './train-words';

/** Least seconds, and least share of the training, between two lines where there is no terminal to draw a bar on. */
const LINE_SECONDS = 5;
const LINE_SHARE = 0.01;
/** Events about reading for one line where there is no terminal: every five seconds. */
const READINGS_PER_LINE = 20;
const LINE_WIDTH = 100;
const BAR_WIDTH = 24;

/** Shows a training on a stream: text that stays, and under it on a terminal a bar, elsewhere a line now and then. */
export class TrainReport {
  readonly #bar: SingleBar | null;
  /** Events about reading so far. */
  #readings = 0;
  #progress: ProgressEvent | null = null;
  /** The progress that the last line told. */
  #told: ProgressEvent | null = null;
  /** The newest. */
  validation: ValidationEvent | null = null;
  calibration: CalibrationEvent | null = null;

  constructor(private readonly stream: WriteStream) {
    this.#bar = stream.isTTY ? newBar(stream) : null;
  }

  tell(event: TrainingEvent): void {
    switch (event.kind) {
      case 'reading':
        this.#showReading(event);
        break;
      case 'corpus':
        this.#endReading();
        this.write(corpusText(event));
        break;
      case 'started':
        this.write(startedText(event));
        break;
      case 'validation':
        this.validation = event;
        break;
      case 'sample':
        this.write(sampleText(event, this.validation, Math.min(this.stream.columns ?? LINE_WIDTH, LINE_WIDTH)));
        break;
      case 'calibration':
        this.calibration = event;
        break;
      case 'progress':
        this.#showProgress(event);
        break;
    }
  }

  /** Writes a text that stays. */
  write(text: string): void {
    this.#bar?.stop();
    this.stream.write(`${text}\n`);
    if (this.#progress) this.#startBar(this.#progress);
  }

  /** Takes the bar away. */
  end(): void {
    this.#progress = null;
    this.#bar?.stop();
  }

  /** On a terminal one line that changes, elsewhere a line now and then. */
  #showReading(reading: ReadingEvent): void {
    const text = readingText(reading);
    if (this.stream.isTTY)
      this.stream.write(`\r${text.slice(0, Math.max(0, (this.stream.columns ?? LINE_WIDTH) - 1))}\x1b[K`);
    else if (++this.#readings % READINGS_PER_LINE === 0) this.stream.write(`${text}\n`);
  }

  #endReading(): void {
    if (this.stream.isTTY) this.stream.write('\r\x1b[K');
  }

  #showProgress(progress: ProgressEvent): void {
    const isFirst = this.#progress === null;
    this.#progress = progress;
    const text = progressText(progress, this.validation);
    if (this.#bar) {
      if (isFirst) this.#startBar(progress);
      else this.#bar.update(progress.done, { text });
    } else if (this.#isWorthALine(progress)) {
      this.#told = progress;
      this.stream.write(`${percent(progress.done).padStart(5)} · ${text}\n`);
    }
  }

  #isWorthALine({ seconds, done }: ProgressEvent): boolean {
    if (this.#told === null || done === 1) return true;
    return seconds - this.#told.seconds >= LINE_SECONDS && done - this.#told.done >= LINE_SHARE;
  }

  #startBar(progress: ProgressEvent): void {
    this.#bar?.start(1, progress.done, { text: progressText(progress, this.validation) });
  }
}

function newBar(stream: WriteStream): SingleBar {
  return new SingleBar({
    stream,
    format: '{bar} {percentage} % · {text}',
    barsize: BAR_WIDTH,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C stops the training, which then ends the bar.
    gracefulExit: false,
  });
}
