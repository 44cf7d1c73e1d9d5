import { Position, Range, Uri, ViewColumn, window, workspace } from 'vscode';
import { placesOf } from './inside-folder';
import { notify } from './notify';

/** Opens a training file, by its name in the workspace, at a line counted from 1. */
export async function openSource({ file, line }: { readonly file: string; readonly line: number }): Promise<void> {
  const uri = await findSource(file);
  if (uri === null) {
    await notify.inform(`${file} is not in this workspace any more.`);
    return;
  }
  const start = new Position(Math.max(0, line - 1), 0);
  await window.showTextDocument(uri, { selection: new Range(start, start), viewColumn: besideThePanel() });
}

async function findSource(file: string): Promise<Uri | null> {
  const roots = (workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const names = roots.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  for (const { folder, path } of placesOf(file, names)) {
    const candidate = Uri.joinPath(roots[folder]!, path);
    const isThere = await workspace.fs.stat(candidate).then(
      () => true,
      () => false,
    );
    if (isThere) {
      return candidate;
    }
  }
  return null;
}

/** Opens Python text as a new document that is not saved. */
export async function openText(content: string): Promise<void> {
  const document = await workspace.openTextDocument({ language: 'python', content });
  await window.showTextDocument(document, { viewColumn: besideThePanel() });
}

/** Column of the first editor that is not hidden behind the panel, else a new one. */
function besideThePanel(): ViewColumn {
  return window.visibleTextEditors[0]?.viewColumn ?? ViewColumn.Beside;
}
