import * as v from 'valibot';
import { type Disposable, type Event, EventEmitter, type LogOutputChannel } from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { History, ReadStatistics, StatisticsChanged, StatusChanged, Training } from '../protocol/messages';
import { Status } from '../protocol/model-status';
import type { ToPanel } from '../protocol/panel';
import { Statistics } from '../protocol/statistics';
import { TrainingEvent } from '../protocol/training-events';
import { ask } from './ask';
import { EMPTY_HISTORY, type TrainingHistory, thinned, withEvent, withStatus } from './history';

const STOPPED: Status = {
  kind: 'error',
  message: 'The language server has stopped. Reload the window to start it again; the log says what happened.',
  model: null,
};

/** Follows what the server tells, for the status item and the panel. */
export class ServerEvents implements Disposable {
  readonly #client: LanguageClient;
  readonly #log: LogOutputChannel;
  readonly #changes = new EventEmitter<ToPanel>();
  readonly #subscriptions: Disposable[];
  #current: TrainingHistory = EMPTY_HISTORY;
  #newestStatistics: Statistics | null = null;
  #starting = true;

  constructor(client: LanguageClient, log: LogOutputChannel) {
    this.#client = client;
    this.#log = log;
    this.#subscriptions = [
      this.#changes,
      client.onNotification(StatusChanged.method, (message: unknown) => this.#onStatus(message)),
      client.onNotification(Training.method, (message: unknown) => this.#onEvent(message)),
      client.onNotification(StatisticsChanged.method, (message: unknown) => this.#onStatistics(message)),
      client.onDidChangeState(({ newState }) => this.#onState(newState)),
    ];
  }

  get history(): TrainingHistory {
    return this.#current;
  }

  /** Statistics of the suggestions in this workspace; null until the server has told them. */
  get statistics(): Statistics | null {
    return this.#newestStatistics;
  }

  /** While the server starts nobody knows what it will tell. */
  get isStarting(): boolean {
    return this.#starting;
  }

  get onDidChange(): Event<ToPanel> {
    return this.#changes.event;
  }

  /** Asks for the history again, where what it tells of may be another run's. */
  readHistory(): void {
    this.#catchUp().catch((error: unknown) => this.#log.error(String(error)));
  }

  #onState(state: State): void {
    switch (state) {
      case State.Starting:
        this.#starting = true;
        this.#changes.fire({ kind: 'status', status: this.#current.status });
        return;
      case State.Running:
        this.#catchUp().catch((error: unknown) => {
          this.#log.error(String(error));
          this.#onStopped();
        });
        return;
      default:
        this.#onStopped();
    }
  }

  #onStopped(): void {
    this.#starting = false;
    this.#current = withStatus(this.#current, STOPPED);
    this.#changes.fire({ kind: 'status', status: STOPPED });
  }

  /** The server may know of runs from before this window, or from before it crashed. */
  async #catchUp(): Promise<void> {
    const { status, events } = await ask(this.#client, History, undefined);
    this.#starting = false;
    this.#current = { status, events: thinned(events) };
    this.#changes.fire({ kind: 'history', status, events: [...this.#current.events] });
    this.#onStatistics(await ask(this.#client, ReadStatistics, undefined));
  }

  #onStatistics(message: unknown): void {
    const parsed = v.safeParse(Statistics, message);
    if (!parsed.success) {
      this.#log.warn(`No statistics: ${v.summarize(parsed.issues)}`);
      return;
    }
    this.#newestStatistics = parsed.output;
    this.#changes.fire({ kind: 'statistics', statistics: parsed.output });
  }

  #onStatus(message: unknown): void {
    // Until the history is told, what comes is part of it.
    if (this.#starting) {
      return;
    }
    const parsed = v.safeParse(Status, message);
    if (!parsed.success) {
      this.#log.warn(`Not a status: ${v.summarize(parsed.issues)}`);
      return;
    }
    const wasElsewhere = this.#current.status.kind === 'elsewhere';
    this.#current = withStatus(this.#current, parsed.output);
    this.#changes.fire({ kind: 'status', status: parsed.output });
    // Another window's training was not followed.
    if (wasElsewhere && parsed.output.kind !== 'elsewhere') {
      this.readHistory();
    }
  }

  #onEvent(message: unknown): void {
    if (this.#starting) {
      return;
    }
    const parsed = v.safeParse(TrainingEvent, message);
    if (!parsed.success) {
      this.#log.warn(`Not a training event: ${v.summarize(parsed.issues)}`);
      return;
    }
    this.#current = withEvent(this.#current, parsed.output);
    this.#changes.fire({ kind: 'event', event: parsed.output });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }
}
