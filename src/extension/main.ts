import { type Event, type ExtensionContext, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { Trusted } from '../protocol/messages';
import type { ToPanel } from '../protocol/panel';
import { createClient } from './client';
import { registerCommands } from './commands';
import type { TrainingHistory } from './history';
import { PanelHost } from './panel';
import { ServerEvents } from './server-events';
import { showStatus } from './status';

/** API of the extension (`vscode.extensions.getExtension('understudy.understudy').exports`), for tests above all. */
export interface Api {
  /** History as the server has told it: its status and the events of the training. */
  history(): TrainingHistory;
  /** Fires after every change of the history. */
  readonly onDidChange: Event<ToPanel>;
}

let client: LanguageClient | undefined;

export function activate(context: ExtensionContext): Api {
  const log = window.createOutputChannel('Understudy', { log: true });
  const started = createClient(context, log);
  client = started;
  const events = new ServerEvents(started, log);
  const panel = new PanelHost(context.extensionUri, started, events, log);
  context.subscriptions.push(
    log,
    events,
    panel,
    showStatus(events),
    registerCommands({ client: started, events, panel, log }),
    workspace.onDidGrantWorkspaceTrust(() => started.sendNotification(Trusted.method)),
  );
  // Not awaited: a failed start is reported by the client itself, and the commands above work all the same.
  started.start().catch((error: unknown) => log.error(String(error)));
  return { history: () => events.history, onDidChange: events.onDidChange };
}

export async function deactivate(): Promise<void> {
  // A client that is still starting cannot be stopped; its server ends with the channel.
  if (client?.isRunning()) {
    await client.stop();
  }
}
