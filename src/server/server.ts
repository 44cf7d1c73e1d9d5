import type { Connection, InitializeResult } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { ServerCommand } from '../protocol/messages';
import { registerHandlers } from './handlers/register';
import { openDocuments } from './services/documents';
import { Session } from './session';

/**
 * Starts the language server on a connection; the rest is set up when the client has said who it is. `close` ends all
 * that it has begun, or has it end soon.
 */
export function startServer(connection: Connection): { close(): void } {
  const documents = openDocuments(connection);
  let session: Session | null = null;
  connection.onInitialize((params) => {
    session = new Session(connection, documents, params);
    registerHandlers(session);
    return capabilitiesOf(session);
  });
  connection.listen();
  return { close: () => session?.close() };
}

function capabilitiesOf({ registration }: Session): InitializeResult {
  return {
    capabilities: {
      executeCommandProvider: { commands: Object.values(ServerCommand) },
      // A client that can register later does so when there is a model.
      ...(registration ? {} : { inlineCompletionProvider: true }),
      workspace: { workspaceFolders: { supported: true, changeNotifications: false } },
    },
    serverInfo: { name: 'Understudy', version },
  };
}
