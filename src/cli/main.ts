#!/usr/bin/env node
import { inspect } from 'node:util';
import { UserError } from '../protocol/user-error';
import { endWithoutOutput, say } from './output';
import { program } from './program';

async function main(): Promise<void> {
  process.stdout.on('error', endWithoutOutput);
  // What is said on the way matters less than the work.
  process.stderr.on('error', () => {});
  try {
    await program().parseAsync();
  } catch (error) {
    process.exitCode = 1;
    say(error instanceof UserError ? `understudy: ${error.message}` : inspect(error));
  }
}

void main();
