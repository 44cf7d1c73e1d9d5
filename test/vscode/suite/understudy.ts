import * as assert from 'node:assert/strict';
import { extensions, type TextEditor, Uri, window, workspace } from 'vscode';
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
    if (met !== undefined && met !== false) return met;
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** Waits for a status of this kind; any error on the way is a failure. */
export async function untilStatus(api: Api, kind: ReturnType<Api['story']>['status']['kind']): Promise<void> {
  await until(() => {
    const { status } = api.story();
    if (status.kind === 'error') throw new Error(status.message);
    return status.kind === kind;
  });
}

/** Opens a file of the workspace in an editor. */
export async function open(path: string): Promise<TextEditor> {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return window.showTextDocument(await workspace.openTextDocument(Uri.joinPath(folder.uri, path)));
}
