import * as assert from 'node:assert/strict';
import { commands, Position, Selection } from 'vscode';
import { open, understudy, untilStatus } from './understudy';

describe('completion', () => {
  it('completes a line in the manner of the workspace', async () => {
    await untilStatus(await understudy(), 'ready');
    const editor = await open('bookshop/record.py');
    const end = new Position(editor.document.lineCount, 0);
    const typed = '\n    def __re';
    await editor.edit((edit) => edit.insert(end, typed));
    const at = editor.document.positionAt(editor.document.getText().length);
    editor.selection = new Selection(at, at);
    const before = editor.document.getText();
    await accepted(() => editor.document.getText() !== before);
    const line = editor.document.lineAt(at.line).text;
    assert.equal(line, '    def __repr__(self):');
  });
});

/** Asks for ghost text and accepts it, again and again until there was some: VS Code does not tell when it is shown. */
async function accepted(changed: () => boolean): Promise<void> {
  while (!changed()) {
    await commands.executeCommand('editor.action.inlineSuggest.trigger');
    await commands.executeCommand('editor.action.inlineSuggest.commit');
    await new Promise((next) => setTimeout(next, 100));
  }
}
