import { commands, window, workspace } from 'vscode';
import { ExecuteCommandRequest, type LanguageClient } from 'vscode-languageclient/node';
import { ServerCommand } from '../protocol/lsp';
import { Command } from './command-ids';

/** Sends one of the server's training commands; the server's own sentence comes back as the error's message. */
export async function sendTrainingCommand(client: LanguageClient, command: keyof typeof ServerCommand): Promise<void> {
  await client.sendRequest(ExecuteCommandRequest.type, { command: ServerCommand[command] });
}

/** True when training may start here; otherwise says why not and offers what helps. */
export async function mayTrain(): Promise<boolean> {
  if (workspace.workspaceFolders === undefined) {
    const open = 'Open Folder';
    const answer = await window.showWarningMessage(
      'Open a folder with Python files first: there is nothing to learn from.',
      open,
    );
    if (answer === open) {
      await commands.executeCommand('workbench.action.files.openFolder');
    }
    return false;
  }
  if (!workspace.isTrusted) {
    const manage = 'Manage Workspace Trust';
    const answer = await window.showWarningMessage(
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
