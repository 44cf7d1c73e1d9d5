// Runs the tests that need no build, no training and hardly another process, all in one process: some seconds.
//
//   npm run test:fast [-- PATTERN…]
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { globSync } from 'tinyglobby';

const FAST = [
  'test/ignore/automaton.test.ts',
  'test/{python,protocol,storage,model,corpus,extension,generation,metrics}/**/*.test.ts',
  ...named('test/base-model', ['copyright', 'fetch', 'left-out', 'mask', 'near-duplicates', 'sources', 'split']),
  ...named('test/docs', ['markdown', 'measurements', 'names']),
  ...named('test/completion', [
    'golden',
    'suppression-rules',
    'expected-savings',
    'continuations',
    'syntax',
    'completer',
  ]),
  'test/completion/code-aware/*.test.ts',
  ...named('test/training', ['schedule', 'average', 'progress-report', 'evaluate-checkpoint', 'clock']),
  ...named('test/simulation', ['operating-points', 'editor-keys', 'excerpts', 'bits']),
  ...named('test/panel', [
    'curve-data',
    'panel-text',
    'sample-choice',
    'state',
    'highlight',
    'requests',
    'mark-kinds',
    'fit',
    'file-order',
    'context-text',
    'marked-text',
    'differences',
    'measures',
  ]),
  ...named('test/server/services', ['runs', 'settings', 'statistics']),
  ...named('test/cli', ['terminal-report']),
];

function named(folder, names) {
  return names.map((name) => `${folder}/${name}.test.ts`);
}

/** What lies among them and takes seconds by itself: random trials, and processes that come and go. */
const SLOW = ['test/storage/lock.test.ts'];

const asked = process.argv.slice(2);
const files = (
  asked.length > 0 ? asked.flatMap(matches) : FAST.flatMap(matches).filter((file) => !SLOW.includes(file))
).sort();

/** A pattern that matches nothing names a test that was renamed. */
function matches(pattern) {
  const found = globSync(pattern);
  if (found.length === 0) {
    throw new Error(`no test matches ${pattern}`);
  }
  return found;
}

for (const file of files) {
  await import(pathToFileURL(join(process.cwd(), file)));
}
