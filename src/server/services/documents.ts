import { type Connection, type Range, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LONGEST_DOCUMENT } from '../../completion/document';

/** Whether a document gets no suggestions, and nothing is learnt from it. */
export function isTooLong(document: TextDocument): boolean {
  return document.getText().length > LONGEST_DOCUMENT;
}

/** The documents that are open in the client, as it tells them. */
export function openDocuments(connection: Connection): TextDocuments<TextDocument> {
  const documents = new TextDocuments({ create: TextDocument.create, update: withChanges });
  documents.listen(connection);
  return documents;
}

interface Change {
  readonly range?: Range;
  readonly text: string;
}

/** A range may end anywhere: what is past the end of the document means its end. */
function withChanges(document: TextDocument, changes: readonly Change[], version: number): TextDocument {
  for (const { range, text } of changes) {
    const change = range ? { range: rangeIn(document, range), text } : { text };
    TextDocument.update(document, [change], version);
  }
  return document;
}

function rangeIn(document: TextDocument, { start, end }: Range): Range {
  const lines = document.lineCount;
  const last = document.positionAt(document.getText().length);
  const within = (position: Range['start']) => (position.line < lines ? position : last);
  return { start: within(start), end: within(end) };
}
