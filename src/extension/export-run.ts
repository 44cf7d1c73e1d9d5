import { commands, Uri, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { ExportRun } from '../protocol/messages';
import { ask } from './ask';
import { notify } from './notify';

/** Exports a training to a folder of its own, in one that the user chooses. Never rejects. */
export async function exportRunOf(client: LanguageClient, id: string): Promise<void> {
  const [place] =
    (await window.showOpenDialog({
      title: 'Export Training: Choose Where Its Folder Goes',
      openLabel: 'Export Here',
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (place === undefined) {
    return;
  }
  const folder = Uri.joinPath(place, `understudy-${id}`);
  try {
    const { notice } = await ask(client, ExportRun, { id, folder: folder.fsPath, epoch: null });
    const show = 'Show Folder';
    const answer = await notify.inform(`The training was exported to ${folder.fsPath}. ${notice}`, show);
    if (answer === show) {
      await commands.executeCommand('revealFileInOS', Uri.joinPath(folder, 'training.md'));
    }
  } catch (error) {
    await notify.fail(error instanceof Error ? error.message : String(error));
  }
}
