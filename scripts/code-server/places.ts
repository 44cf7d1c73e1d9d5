import { join } from 'node:path';

/** The repository. */
export const ROOT = join(__dirname, '..', '..');

/**
 * Where the VS Code for tests is installed: thousands of files, in the one place that vsce does not search for its
 * list.
 */
export const INSTALLATIONS = join(ROOT, 'node_modules', '.cache', 'understudy');

/** What the VS Codes of `npm start` keep between runs, and bundled tests; ignored by git. */
export const VSCODE_TEST = join(ROOT, '.vscode-test');

/** Screenshots, for people to look at; ignored by git. */
export const ARTEFACTS = join(ROOT, 'test-artefacts');
