import * as v from 'valibot';
import { commands, Disposable, type LogOutputChannel, type TextEditor, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { DELETE_MODELS, DeleteModelsResult } from '../protocol/lsp';
import { Command } from './command-ids';
import { ExplanationDocument } from './explain';
import { generateHere } from './generate';
import type { PanelHost } from './panel';
import { mayTrain, sendTrainingCommand } from './training';

export function registerCommands(client: LanguageClient, panel: PanelHost, log: LogOutputChannel): Disposable {
  const explanations = new ExplanationDocument();
  const register = (id: string, action: () => unknown) =>
    commands.registerCommand(id, async () => {
      try {
        await action();
      } catch (error) {
        await showError(error, log);
      }
    });
  return Disposable.from(
    explanations,
    register(Command.train, async () => {
      if (await mayTrain()) {
        panel.open();
        await sendTrainingCommand(client, 'train');
      }
    }),
    register(Command.resume, async () => {
      if (await mayTrain()) {
        await sendTrainingCommand(client, 'resume');
      }
    }),
    register(Command.stop, () => sendTrainingCommand(client, 'stop')),
    register(Command.openPanel, () => panel.open()),
    register(Command.generateSample, () => inPythonEditor((editor) => generateHere(client, editor))),
    register(Command.explain, () => inPythonEditor((editor) => explanations.explain(client, editor))),
    register(Command.deleteModels, () => deleteModels(client)),
    register(Command.showLog, () => log.show()),
    register(Command.settings, () => commands.executeCommand('workbench.action.openSettings', 'understudy.enable')),
  );
}

async function inPythonEditor(action: (editor: TextEditor) => Promise<void>): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId === 'python') {
    await action(editor);
  } else {
    await window.showInformationMessage('Open a Python file and place the cursor in it first.');
  }
}

async function deleteModels(client: LanguageClient): Promise<void> {
  const remove = 'Delete All Models';
  const answer = await window.showWarningMessage(
    'Delete every model that was trained for this workspace?',
    { modal: true, detail: 'Their curves and samples go too. Your own files are not touched. This cannot be undone.' },
    remove,
  );
  if (answer !== remove) {
    return;
  }
  const { deleted } = v.parse(DeleteModelsResult, await client.sendRequest(DELETE_MODELS));
  void window.showInformationMessage(deleted === 1 ? 'One model was deleted.' : `${deleted} models were deleted.`);
}

async function showError(error: unknown, log: LogOutputChannel): Promise<void> {
  log.error(error instanceof Error ? error : String(error));
  const show = 'Show Log';
  const answer = await window.showErrorMessage(error instanceof Error ? error.message : String(error), show);
  if (answer === show) {
    log.show();
  }
}
