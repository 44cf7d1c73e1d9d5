import { type Disposable, type TextEditor, type Uri, window } from 'vscode';

/** Python editor that commands work in, also where they are called from a walkthrough or the panel. */
export class PythonEditor implements Disposable {
  /** File of the one that was active last; its tab may be gone, as that of a preview is. */
  #last: Uri | null = null;
  readonly #changes = window.onDidChangeActiveTextEditor((editor) => this.#note(editor));

  constructor() {
    this.#note(window.activeTextEditor);
  }

  /**
   * The active editor; where no text editor is active, one that can be seen, else the one that was active last, which
   * is shown again. Null where there is none, or where the active one holds something else.
   */
  async current(): Promise<TextEditor | null> {
    const editor = window.activeTextEditor ?? window.visibleTextEditors.find(isPython) ?? (await this.#showLast());
    return editor && isPython(editor) ? editor : null;
  }

  dispose(): void {
    this.#changes.dispose();
  }

  async #showLast(): Promise<TextEditor | null> {
    return this.#last && (await window.showTextDocument(this.#last));
  }

  #note(editor: TextEditor | undefined): void {
    if (editor && isPython(editor)) {
      this.#last = editor.document.uri;
    }
  }
}

function isPython({ document }: TextEditor): boolean {
  return document.languageId === 'python';
}
