import { type Position, ProgressLocation, Range, Selection, type TextEditor, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { Generate } from '../protocol/messages';
import { ask } from './ask';
import { notify } from './notify';

/** A screenful. */
const LENGTH = 400;

/** Under 1 the likelier characters are preferred: closer to real code, with less noise. */
const TEMPERATURE = 0.7;

/** Lets the model write on from the cursor. The text is inserted selected: Delete or Undo takes it away again. */
export async function generateHere(client: LanguageClient, editor: TextEditor): Promise<void> {
  const { document, selection } = editor;
  const { version } = document;
  const params = {
    uri: client.code2ProtocolConverter.asUri(document.uri),
    position: client.code2ProtocolConverter.asPosition(selection.active),
    length: LENGTH,
    temperature: TEMPERATURE,
  };
  const options = {
    location: ProgressLocation.Notification,
    title: 'Understudy: generating a sample',
    cancellable: true,
  };
  const text = await window.withProgress(options, async (_progress, cancellation) => {
    const generated = await ask(client, Generate, params, cancellation).catch((error: unknown) => {
      if (cancellation.isCancellationRequested) {
        return { text: '' };
      }
      throw error;
    });
    return generated.text;
  });
  if (text === '') {
    return;
  }
  if (document.version !== version) {
    void notify.inform('The sample was dropped, because the document changed in the meantime.');
    return;
  }
  await insertSelected(editor, selection.active, text);
}

async function insertSelected(editor: TextEditor, at: Position, text: string): Promise<void> {
  const { document } = editor;
  const lengthBefore = document.getText().length;
  await editor.edit((edit) => edit.insert(at, text));
  // Not text.length: VS Code inserts line ends of the document's own kind.
  const inserted = document.getText().length - lengthBefore;
  const end = document.positionAt(document.offsetAt(at) + inserted);
  editor.selection = new Selection(at, end);
  editor.revealRange(new Range(at, end));
}
