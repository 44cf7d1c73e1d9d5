// Runs the tests that need no build, no other process and no training, all in one process: some seconds.
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
  'test/evaluation/{operating-points,editor-keys,stretches,bits}.test.ts',
  'test/panel/{curve-data,panel-text,sample-choice,story,tint}.test.ts',
  'test/server/{runs,settings,statistics}.test.ts',
  'test/cli/train-report.test.ts',
];

const asked = process.argv.slice(2);
const files = globSync(asked.length > 0 ? asked : FAST).sort();
if (files.length === 0) throw new Error(`no test matches ${asked.join(' ')}`);
for (const file of files) await import(pathToFileURL(join(process.cwd(), file)));
