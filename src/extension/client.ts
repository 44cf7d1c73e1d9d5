import { createHash } from 'node:crypto';
import { type ExtensionContext, type LogOutputChannel, Uri, workspace } from 'vscode';
import {
  LanguageClient,
  RevealOutputChannelOn,
  State,
  TransportKind,
  WorkDoneProgressCancelNotification,
} from 'vscode-languageclient/node';
import type { ServerOptions } from '../protocol/messages';
import { NODE_OPTIONS } from '../protocol/node-options';
import { configurationMiddleware } from './config';
import { ProgressNotifications } from './progress';

/**
 * The client of dist/server.js; a crashed server is started again by the library, up to four times in three minutes.
 */
export function createClient(context: ExtensionContext, log: LogOutputChannel): LanguageClient {
  const module = Uri.joinPath(context.extensionUri, 'dist', 'server.js').fsPath;
  const notifications = new ProgressNotifications((token) => {
    void client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
  });
  const client: LanguageClient = new LanguageClient(
    'understudy',
    'Understudy',
    { module, transport: TransportKind.ipc, options: { execArgv: [...NODE_OPTIONS] } },
    {
      documentSelector: [
        { scheme: 'file', language: 'python' },
        { scheme: 'untitled', language: 'python' },
      ],
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: (): ServerOptions => ({
        storage: storageFolder(context).fsPath,
        trusted: workspace.isTrusted,
        notifications: true,
        rangeFromLineStart: true,
      }),
      middleware: { workspace: configurationMiddleware, handleWorkDoneProgress: notifications.handle },
    },
  );
  context.subscriptions.push(
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) {
        notifications.endAll();
      }
    }),
  );
  return client;
}

/**
 * VS Code's own storage for this workspace. Without a workspace there is none; then one named after the open folders.
 */
function storageFolder(context: ExtensionContext): Uri {
  if (context.storageUri !== undefined) {
    return context.storageUri;
  }
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString()).sort();
  const name = createHash('sha256').update(folders.join('\n')).digest('hex').slice(0, 16);
  return Uri.joinPath(context.globalStorageUri, name);
}
