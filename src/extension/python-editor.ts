import { TabInputText, type TextEditor, window } from 'vscode';

/**
 * Python editor that a command works in: the active one; where no text editor is active, as in a walkthrough or in the
 * panel, one that can be seen, else that of an open tab, which is shown. Null where there is none, or where the active
 * one holds something else.
 */
export async function pythonEditor(): Promise<TextEditor | null> {
  const active = window.activeTextEditor;
  const editor = active ?? window.visibleTextEditors.find(isPython) ?? (await openTab());
  return editor && isPython(editor) ? editor : null;
}

function isPython({ document }: TextEditor): boolean {
  return document.languageId === 'python';
}

/** Editor of the first tab with a Python file, brought to the front. */
async function openTab(): Promise<TextEditor | null> {
  const inputs = window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
  const file = inputs.find((input): input is TabInputText => input instanceof TabInputText && isPythonFile(input));
  return file ? await window.showTextDocument(file.uri) : null;
}

function isPythonFile({ uri }: TabInputText): boolean {
  return uri.path.endsWith('.py');
}
