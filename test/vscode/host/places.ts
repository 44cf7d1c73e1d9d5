import { join } from 'node:path';

/** The repository. */
export const ROOT = join(__dirname, '..', '..', '..');

/** Where the VS Code for tests is kept between runs; ignored by git. */
export const VSCODE_TEST = join(ROOT, '.vscode-test');

/** Screenshots, for people to look at; ignored by git. */
export const ARTEFACTS = join(ROOT, 'test-artefacts');
