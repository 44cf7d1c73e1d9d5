import { commands, type Disposable, workspace } from 'vscode';
import { ExecuteCommandRequest, type LanguageClient } from 'vscode-languageclient/node';
import { ServerCommand } from '../protocol/messages';
import { Command } from './command-ids';
import { notify } from './notify';
import type { ServerEvents } from './server-events';

/** Starts, stops and resumes trainings, and reports those that fail later on. */
export class TrainingCommands implements Disposable {
  readonly #client: LanguageClient;
  readonly #subscription: Disposable;
  /** Starts that the server has not answered yet; should they fail, the answer says so. */
  #unanswered = 0;

  constructor(client: LanguageClient, events: ServerEvents, report: (message: string) => void) {
    this.#client = client;
    this.#subscription = events.onDidChange((change) => {
      if (change.kind === 'event' && change.event.kind === 'failed' && this.#unanswered === 0) {
        report(change.event.message);
      }
    });
  }

  async start(command: 'train' | 'resume'): Promise<void> {
    this.#unanswered++;
    try {
      await this.#send(command);
    } finally {
      this.#unanswered--;
    }
  }

  async stop(): Promise<void> {
    await this.#send('stop');
  }

  /** The server's own sentence comes back as the error's message. */
  async #send(command: keyof typeof ServerCommand): Promise<void> {
    await this.#client.sendRequest(ExecuteCommandRequest.type, { command: ServerCommand[command] });
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

/** True when training may start here; otherwise says why not and offers what helps. */
export async function mayTrain(): Promise<boolean> {
  if (workspace.workspaceFolders === undefined) {
    const open = 'Open Folder';
    const answer = await notify.warn('Open a folder with Python files first: there is nothing to learn from.', open);
    if (answer === open) {
      await commands.executeCommand('workbench.action.files.openFolder');
    }
    return false;
  }
  if (!workspace.isTrusted) {
    const manage = 'Manage Workspace Trust';
    const answer = await notify.warn(
      'Understudy does not train in Restricted Mode. Trust this workspace first.',
      manage,
    );
    if (answer === manage) {
      await commands.executeCommand(Command.manageTrust);
    }
    return false;
  }
  return true;
}
