// Runs the tests that need no build, no training and hardly another process, all in one process: some seconds.
//
//   npm run test:fast [-- PATTERN…]
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { globSync } from 'tinyglobby';

const FAST = [
  'test/{text,protocol,storage,model,corpus,extension}/**/*.test.ts',
  'test/docs/{markdown,measurements}.test.ts',
  'test/completion/{golden,gate,foresight,syntax,completer}.test.ts',
  'test/completion/code-aware/*.test.ts',
  'test/training/{schedule,average,progress-report,evaluate}.test.ts',
  'test/simulation/{operating-points,editor-keys,stretches,bits}.test.ts',
  'test/panel/{curve-data,panel-text,sample-choice,story,tint}.test.ts',
  'test/server/{runs,settings,statistics}.test.ts',
  'test/cli/terminal-report.test.ts',
];

/** What lies among them and takes seconds by itself: random trials, and processes that come and go. */
const SLOW = ['test/corpus/ignore-campaign.test.ts', 'test/storage/lock.test.ts'];

const asked = process.argv.slice(2);
const files = (asked.length > 0 ? globSync(asked) : globSync(FAST, { ignore: SLOW })).sort();
if (files.length === 0) {
  throw new Error(`no test matches ${asked.join(' ')}`);
}
for (const file of files) {
  await import(pathToFileURL(join(process.cwd(), file)));
}
