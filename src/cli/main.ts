#!/usr/bin/env node
import { UserError } from '../protocol/user-error';
import { program } from './program';

async function main(): Promise<void> {
  // A reader that has seen enough (`understudy sample … | head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await program().parseAsync();
  } catch (error) {
    process.exitCode = 1;
    console.error(error instanceof UserError ? `understudy: ${error.message}` : error);
  }
}

void main();
