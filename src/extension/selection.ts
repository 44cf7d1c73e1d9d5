import { window } from 'vscode';

/** Selected text of the editor that is in view beside the panel; null where nothing is selected. */
export function selectedText(): string | null {
  const editors = [window.activeTextEditor, ...window.visibleTextEditors];
  const editor = editors.find((candidate) => candidate !== undefined && !candidate.selection.isEmpty);
  return editor === undefined ? null : editor.document.getText(editor.selection);
}
