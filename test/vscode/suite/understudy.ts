import * as assert from 'node:assert/strict';
import { commands, extensions, type TextEditor, Uri, window, workspace } from 'vscode';
import type { Api } from '../../../src/extension/main';

/** The extension as it was installed from its .vsix. */
export async function understudy(): Promise<Api> {
  const extension = extensions.getExtension<Api>('understudy.understudy');
  assert.ok(extension, 'Understudy is installed');
  return extension.activate();
}

/** Waits for a condition; the test's own time limit ends the wait. */
export async function until<T>(condition: () => T | undefined | false): Promise<T> {
  for (;;) {
    const met = condition();
    if (met !== undefined && met !== false) {
      return met;
    }
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** Waits for a status of this kind; any error on the way is a failure. */
export async function untilStatus(api: Api, kind: ReturnType<Api['history']>['status']['kind']): Promise<void> {
  await until(() => {
    const { status } = api.history();
    if (status.kind === 'error') {
      throw new Error(status.message);
    }
    return status.kind === kind;
  });
}

/** Opens a file of the workspace in an editor. */
export async function open(path: string): Promise<TextEditor> {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return window.showTextDocument(await workspace.openTextDocument(Uri.joinPath(folder.uri, path)));
}

/** Newest bits per character on the training text; infinite before the first. */
export function newestBpc(api: Api): number {
  return api.history().events.findLast((event) => event.kind === 'progress')?.trainBpc ?? Number.POSITIVE_INFINITY;
}

/** Asks for ghost text and accepts it, again and again until there was some: VS Code does not tell when it is shown. */
export async function acceptSuggestion({ document }: TextEditor): Promise<void> {
  const { version } = document;
  while (document.version === version) {
    await commands.executeCommand('editor.action.inlineSuggest.trigger');
    await commands.executeCommand('editor.action.inlineSuggest.commit');
    await new Promise((next) => setTimeout(next, 100));
  }
}
