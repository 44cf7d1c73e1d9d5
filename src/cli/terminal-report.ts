import type { WriteStream } from 'node:tty';
import { SingleBar } from 'cli-progress';
import { SAMPLE_PROMPT } from '../generation/sample';
import { percent, readingText } from '../protocol/format';
import { printableLines } from '../protocol/printable';
import type {
  CalibrationEvent,
  ProgressEvent,
  ReadingEvent,
  TrainingEvent,
  ValidationEvent,
} from '../protocol/training-events';
import { barText, corpusText, progressText, sampleText, startedText } from './train-text';

/** Least seconds, and least share of the training, between two lines where there is no terminal to draw a bar on. */
const LINE_SECONDS = 5;
const LINE_SHARE = 0.01;
/** Events about reading for one line where there is no terminal: after a second, then every five. */
const READINGS_PER_LINE = 20;
const FIRST_READING = 4;

const CLEAR_TO_END = '\x1b[K';

/**
 * Widest text, also where nobody knows the width; and narrowest: a terminal of fewer columns breaks the lines itself.
 */
const WIDEST = 100;
const NARROWEST = 20;

/** Shows a training on a stream: text that stays, and under it on a terminal a bar, elsewhere a line now and then. */
export class TerminalReport {
  readonly #stream: WriteStream;
  readonly #bar: SingleBar | null;
  /** Events about reading so far. */
  #readings = 0;
  #hasReadingLine = false;
  #progress: ProgressEvent | null = null;
  /** The progress that the last line told. */
  #lastProgress: ProgressEvent | null = null;
  /** The newest. */
  validation: ValidationEvent | null = null;
  calibration: CalibrationEvent | null = null;

  constructor(stream: WriteStream) {
    this.#stream = stream;
    const canDraw = stream.isTTY && process.env.TERM !== 'dumb';
    this.#bar = canDraw ? newBar(stream, () => this.#barText()) : null;
  }

  show(event: TrainingEvent): void {
    switch (event.kind) {
      case 'reading':
        this.#showReading(event);
        break;
      case 'corpus':
        this.write(corpusText(event));
        break;
      case 'started':
        this.write(startedText(event));
        break;
      case 'validation':
        this.validation = event;
        break;
      case 'sample':
        // One of each epoch; the run keeps those after other prompts as well.
        if (event.prompt === SAMPLE_PROMPT) {
          this.write(sampleText(event, this.validation, Math.max(NARROWEST, Math.min(this.#columns, WIDEST))));
        }
        break;
      case 'calibration':
        this.calibration = event;
        break;
      case 'progress':
        this.#showProgress(event);
        break;
    }
  }

  /** Writes a text that stays; a terminal obeys nothing in it. */
  write(text: string): void {
    this.#clearFoot();
    this.#stream.write(`${printableLines(text)}\n`);
    if (this.#progress) {
      this.#startBar(this.#progress);
    }
  }

  /** Leaves the terminal as it was. */
  end(): void {
    this.#progress = null;
    this.#clearFoot();
  }

  /** On a terminal one line that changes, elsewhere a line now and then. */
  #showReading(reading: ReadingEvent): void {
    const text = readingText(reading);
    if (this.#bar) {
      this.#stream.write(`\r${text.slice(0, Math.max(0, this.#columns - 1))}${CLEAR_TO_END}`);
      this.#hasReadingLine = true;
    } else if (++this.#readings % READINGS_PER_LINE === FIRST_READING) {
      this.write(text);
    }
  }

  /** Takes the bar away, or the line that stands there before. */
  #clearFoot(): void {
    this.#bar?.stop();
    if (this.#hasReadingLine) {
      this.#stream.write(`\r${CLEAR_TO_END}`);
    }
    this.#hasReadingLine = false;
  }

  #showProgress(progress: ProgressEvent): void {
    const isFirst = this.#progress === null;
    this.#progress = progress;
    if (this.#bar) {
      if (isFirst) {
        this.#startBar(progress);
      } else {
        this.#bar.update(progress.done);
      }
    } else if (this.#isWorthALine(progress)) {
      this.#lastProgress = progress;
      this.write(`${percent(progress.done).padStart(5)} · ${progressText(progress, this.validation)}`);
    }
  }

  #isWorthALine({ seconds, done }: ProgressEvent): boolean {
    if (this.#lastProgress === null || done === 1) {
      return true;
    }
    return seconds - this.#lastProgress.seconds >= LINE_SECONDS && done - this.#lastProgress.done >= LINE_SHARE;
  }

  #startBar(progress: ProgressEvent): void {
    this.#bar?.start(1, progress.done);
  }

  /** As wide as the terminal is now. */
  #barText(): string {
    return this.#progress ? barText(this.#progress, this.validation, this.#columns) : '';
  }

  /** Some terminals do not know how wide they are, and say 0. */
  get #columns(): number {
    return this.#stream.columns || WIDEST;
  }
}

function newBar(stream: WriteStream, format: () => string): SingleBar {
  return new SingleBar({
    stream,
    format,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C stops the training, which then ends the bar.
    gracefulExit: false,
  });
}
