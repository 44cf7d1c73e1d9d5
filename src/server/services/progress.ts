import type { Connection } from 'vscode-languageserver/node';
import { bpc, duration, readingText } from '../../protocol/format';
import type { ProgressEvent, ReadingEvent } from '../../protocol/training-events';
import { inReasonableTime } from '../requests';

export interface ShownProgress {
  report(message: string, percentage?: number): void;
  done(): void;
}

/** Work-done progress with a Cancel button, in clients that show it; `percentage` 0 where that will be told. */
export async function showProgress(
  connection: Connection,
  { title, percentage }: { title: string; percentage?: 0 },
  onCancel: () => void,
): Promise<ShownProgress> {
  const reporter = await inReasonableTime(connection.window.createWorkDoneProgress()).catch((error: unknown) => {
    connection.console.warn(`The client shows no progress: ${error}`);
    return null;
  });
  reporter?.begin(`Understudy: ${title}`, percentage, undefined, true);
  reporter?.token.onCancellationRequested(onCancel);
  return {
    report: (message, percentage) =>
      percentage === undefined ? reporter?.report(message) : reporter?.report(percentage, message),
    done: () => reporter?.done(),
  };
}

/** Shows how far a training is. */
export function reportTraining(progress: ShownProgress, { done, secondsLeft, trainBpc }: ProgressEvent): void {
  const left = done === 1 ? ['measuring'] : secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
  progress.report([...left, `${bpc(trainBpc)} bits per character`].join(', '), Math.floor(done * 100));
}

/** Shows how far the files are read, before the training begins. */
export function reportReading(progress: ShownProgress, reading: ReadingEvent): void {
  progress.report(readingText(reading), 0);
}
