import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../scripts/code-server/places';
import { UNFINISHED } from './expectations';

const UNFINISHED_FOLDER = 'unfinished';

/** A network that learns the bookshop's habits in seconds. The talk's preset goes on until it has them by heart. */
const SETTINGS = {
  'understudy.preset': 'talk',
  'understudy.layers': 1,
  'understudy.units': 128,
  'understudy.minutes': 0.1,
  'understudy.seed': 7,
  'understudy.suggestions': 'eager',
  'understudy.exclude': [UNFINISHED_FOLDER],
};

/** Copies the fixture's project into `parent` as a workspace with settings for a small network; gives its path. */
export async function workspaceCopy(parent: string): Promise<string> {
  const folder = join(parent, 'workspace');
  await cp(join(ROOT, 'test', 'vscode', 'fixture'), folder, { recursive: true });
  await mkdir(join(folder, '.vscode'));
  await changeSettings(folder, {});
  return folder;
}

/** Writes the workspace's settings: those above with some changed. */
export async function changeSettings(folder: string, changes: Record<string, unknown>): Promise<void> {
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify({ ...SETTINGS, ...changes }, null, 2));
}

/**
 * Writes files of these names that are begun and wait to be gone on with; nothing is trained on them. To be called
 * before VS Code opens the folder: its Quick Open may keep an older list of files.
 */
export async function writeUnfinished(folder: string, names: readonly string[]): Promise<void> {
  const text = await readFile(join(folder, 'bookshop', 'record.py'), 'utf8');
  await mkdir(join(folder, UNFINISHED_FOLDER));
  await Promise.all(names.map((name) => writeFile(join(folder, UNFINISHED_FOLDER, name), text + UNFINISHED)));
}
