import { Disposable, EventEmitter, type TextEditor, Uri, ViewColumn, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { Explain } from '../protocol/messages';
import { ask } from './ask';
import { explanationText } from './explanation-text';

const EXPLANATION_URI = Uri.parse('understudy:Why No Suggestion Here?');

/** The read-only document in which explanations are shown, one at a time. */
export class ExplanationDocument implements Disposable {
  #text = '';
  readonly #changes = new EventEmitter<Uri>();
  readonly #registration = workspace.registerTextDocumentContentProvider(EXPLANATION_URI.scheme, {
    onDidChange: this.#changes.event,
    provideTextDocumentContent: () => this.#text,
  });

  /** Asks the server about the cursor's place and shows the answer beside the editor, which keeps the focus. */
  async explain(client: LanguageClient, editor: TextEditor): Promise<void> {
    const position = editor.selection.active;
    const explanation = await ask(client, Explain, {
      uri: client.code2ProtocolConverter.asUri(editor.document.uri),
      position: client.code2ProtocolConverter.asPosition(position),
    });
    const name = workspace.asRelativePath(editor.document.uri);
    this.#text = explanationText(explanation, `${name}, line ${position.line + 1}, column ${position.character + 1}`);
    this.#changes.fire(EXPLANATION_URI);
    const document = await workspace.openTextDocument(EXPLANATION_URI);
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
  }

  dispose(): void {
    Disposable.from(this.#registration, this.#changes).dispose();
  }
}
