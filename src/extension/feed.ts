import * as v from 'valibot';
import { type Disposable, type Event, EventEmitter, type LogOutputChannel } from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { HISTORY, History, STATUS, Status, TRAINING } from '../protocol/lsp';
import type { ToPanel } from '../protocol/panel';
import { TrainingEvent } from '../protocol/training';
import { EMPTY_STORY, type Story, thinned, withEvent, withStatus } from './story';

/** Follows what the server tells, for the status item and the panel. */
export class Feed implements Disposable {
  private readonly changes = new EventEmitter<ToPanel>();
  private readonly subscriptions: Disposable[];
  private current: Story = EMPTY_STORY;
  private serverState: Feed['server'] = 'starting';

  constructor(
    private readonly client: LanguageClient,
    private readonly log: LogOutputChannel,
  ) {
    this.subscriptions = [
      this.changes,
      client.onNotification(STATUS, (message: unknown) => this.onStatus(message)),
      client.onNotification(TRAINING, (message: unknown) => this.onEvent(message)),
      client.onDidChangeState(({ newState }) => this.onState(newState)),
    ];
  }

  get story(): Story {
    return this.current;
  }

  get server(): 'starting' | 'running' | 'stopped' {
    return this.serverState;
  }

  get onDidChange(): Event<ToPanel> {
    return this.changes.event;
  }

  private onState(state: State): void {
    this.serverState = state === State.Running ? 'running' : state === State.Starting ? 'starting' : 'stopped';
    this.changes.fire({ kind: 'status', status: this.current.status });
    if (state === State.Running) {
      this.catchUp().catch((error: unknown) => this.log.error(String(error)));
    }
  }

  /** The server may know of runs from before this window, or from before it crashed. */
  private async catchUp(): Promise<void> {
    const { status, events } = v.parse(History, await this.client.sendRequest(HISTORY));
    this.current = { status, events: thinned(events) };
    this.changes.fire({ kind: 'story', ...this.current, events: [...this.current.events] });
  }

  private onStatus(message: unknown): void {
    const parsed = v.safeParse(Status, message);
    if (!parsed.success) {
      this.log.warn(`Not a status: ${v.summarize(parsed.issues)}`);
      return;
    }
    this.current = withStatus(this.current, parsed.output);
    this.changes.fire({ kind: 'status', status: parsed.output });
  }

  private onEvent(message: unknown): void {
    const parsed = v.safeParse(TrainingEvent, message);
    if (!parsed.success) {
      this.log.warn(`Not a training event: ${v.summarize(parsed.issues)}`);
      return;
    }
    this.current = withEvent(this.current, parsed.output);
    this.changes.fire({ kind: 'event', event: parsed.output });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }
}
