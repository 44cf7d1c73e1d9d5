/**
 * Figures of docs/measurements: writes the page from the results, or adds a result and writes the page.
 *
 *   npm run measurements
 *   npm run measurements -- add FILE --machine zen4 --command COMMAND [--subject django-600s] [--log ENTRY.md]
 *
 * FILE is what `understudy bench`, `eval` or `train` printed with --json; COMMAND is what was run.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MACHINES, type Machine } from './measurements/catalogue';
import { figuresOf } from './measurements/import';
import { PAGE, renderPage } from './measurements/page';
import { addMeasurement } from './measurements/results';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    machine: { type: 'string' },
    command: { type: 'string' },
    subject: { type: 'string' },
    log: { type: 'string' },
  },
});

function main([action, path]: readonly string[]): void {
  if (action === 'add' && path !== undefined) {
    add(path);
  } else if (action !== undefined) {
    throw new Error(`There is no action "${action}": say nothing, or "add FILE".`);
  }
  writeFileSync(PAGE, renderPage());
}

function add(path: string): void {
  const { machine, command, subject = null, log } = values;
  if (!isMachine(machine)) {
    throw new Error(`Say with --machine which it was: ${Object.keys(MACHINES).join(', ')}.`);
  }
  if (command === undefined) {
    throw new Error('Say with --command what was run.');
  }
  const figures = figuresOf(JSON.parse(readFileSync(path, 'utf8')), subject);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const origin = { machine, commit, time: new Date().toISOString() };
  const file = addMeasurement(origin, { command, ...(log === undefined ? {} : { log }), figures });
  console.log(`${Object.keys(figures).length} figures added to docs/measurements/results/${file}`);
}

function isMachine(name: string | undefined): name is Machine {
  return name !== undefined && name in MACHINES;
}

main(positionals);
