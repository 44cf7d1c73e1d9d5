import { commands, Disposable, type LogOutputChannel, type TextEditor, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { LONGEST_INSPECTED } from '../protocol/inspection';
import { DeleteModels, ResetStatistics, SuggestFrom } from '../protocol/messages';
import { ask } from './ask';
import { Command } from './command-ids';
import { ExplanationDocument } from './explain';
import { generateHere } from './generate-here';
import { notify } from './notify';
import type { PanelHost } from './panel';
import { PythonEditor } from './python-editor';
import type { ServerEvents } from './server-events';
import { setUpGpu } from './set-up-gpu';
import { mayTrain, TrainingCommands } from './training-commands';

/** Parts of the extension that the commands work with. */
export interface Parts {
  readonly client: LanguageClient;
  readonly events: ServerEvents;
  readonly panel: PanelHost;
  readonly log: LogOutputChannel;
}

export function registerCommands({ client, events, panel, log }: Parts): Disposable {
  const explanations = new ExplanationDocument();
  const python = new PythonEditor();
  const training = new TrainingCommands(client, events, (message) => void showError(message, log));
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
    python,
    training,
    register(Command.train, async () => {
      if (await mayTrain()) {
        panel.open();
        await training.start('train');
      }
    }),
    register(Command.resume, async () => {
      if (await mayTrain()) {
        await training.start('resume');
      }
    }),
    register(Command.stop, () => training.stop()),
    register(Command.openPanel, () => panel.open()),
    register(Command.suggestFromNewest, () => ask(client, SuggestFrom, { epoch: null })),
    register(Command.generateSample, () => inPythonEditor(python, (editor) => generateHere(client, editor))),
    register(Command.explain, () => inPythonEditor(python, (editor) => explanations.explain(client, editor))),
    register(Command.inspectSelection, () => inspectSelection(python, panel)),
    register(Command.setUpGpu, () => setUpGpu(client, () => log.show())),
    register(Command.resetStatistics, () => resetStatistics(client)),
    register(Command.deleteModels, () => deleteModels(client)),
    register(Command.showLog, () => log.show()),
    register(Command.settings, () => commands.executeCommand('workbench.action.openSettings', 'understudy.enable')),
  );
}

async function inPythonEditor(python: PythonEditor, action: (editor: TextEditor) => Promise<void>): Promise<void> {
  const editor = await python.current();
  if (editor) {
    await action(editor);
  } else {
    await notify.inform('Open a Python file and place the cursor in it first.');
  }
}

/** Looks into the editor's selection, or without one into what stands before the cursor. */
async function inspectSelection(python: PythonEditor, panel: PanelHost): Promise<void> {
  const editor = window.activeTextEditor ?? (await python.current());
  if (!editor) {
    await notify.inform('Open a file and select the text to look into first.');
    return;
  }
  const { document, selection } = editor;
  const end = document.offsetAt(selection.active);
  const text = selection.isEmpty
    ? document.getText().slice(Math.max(0, end - LONGEST_INSPECTED), end)
    : document.getText(selection);
  panel.inspect(text);
}

async function resetStatistics(client: LanguageClient): Promise<void> {
  await ask(client, ResetStatistics, undefined);
  void notify.inform('The statistics of this workspace’s suggestions begin anew.');
}

async function deleteModels(client: LanguageClient): Promise<void> {
  const remove = 'Delete All Models';
  const answer = await notify.confirm(
    'Delete every model that was trained for this workspace?',
    'Their curves and samples go too. Your own files are not touched. This cannot be undone.',
    remove,
  );
  if (answer !== remove) {
    return;
  }
  const { deleted } = await ask(client, DeleteModels, undefined);
  void notify.inform(deletedText(deleted));
}

function deletedText(deleted: number): string {
  switch (deleted) {
    case 0:
      return 'There was no model to delete.';
    case 1:
      return 'One model was deleted.';
    default:
      return `${deleted} models were deleted.`;
  }
}

async function showError(error: unknown, log: LogOutputChannel): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  log.error(error instanceof Error ? error : message);
  const show = 'Show Log';
  if ((await notify.fail(message, show)) === show) {
    log.show();
  }
}
