import { Command } from 'commander';
import { version } from '../../package.json';
import { printableLines } from '../protocol/printable';
import { benchCommand } from './bench';
import { completeCommand } from './complete';
import { evalCommand } from './eval';
import { exportCommand } from './export';
import { gpuCommand } from './gpu';
import { sampleCommand } from './sample';
import { serveCommand } from './serve';
import { trainCommand } from './train';

/** The command line: one file per command. */
export function program(): Command {
  const understudy = new Command('understudy')
    .description('Trains a small recurrent network on your Python files, on this machine, and completes code from it.')
    .version(version)
    .addCommand(trainCommand())
    .addCommand(sampleCommand())
    .addCommand(completeCommand())
    .addCommand(evalCommand())
    .addCommand(exportCommand())
    .addCommand(benchCommand())
    .addCommand(gpuCommand())
    .addCommand(serveCommand());
  return withHelpAfterError(understudy, 'understudy');
}

/** Columns; descriptions in fewer are left for the terminal to wrap. */
const NARROWEST_TO_WRAP = 14;

/** Errors quote what was typed, which may have been the name of a file. */
function withHelpAfterError(command: Command, name: string): Command {
  for (const part of command.commands) {
    withHelpAfterError(part, `${name} ${part.name()}`);
  }
  return command
    .showHelpAfterError(`(${name} --help tells more)`)
    .configureHelp({ minWidthToWrap: NARROWEST_TO_WRAP })
    .configureOutput({ outputError: (text, write) => write(printableLines(text)) });
}
