import { Command } from 'commander';
import { version } from '../../package.json';
import { benchCommand } from './bench';
import { completeCommand } from './complete';
import { evalCommand } from './eval';
import { gpuCommand } from './gpu';
import { sampleCommand } from './sample';
import { serveCommand } from './serve';
import { trainCommand } from './train';

/** The command line: one file per command. */
export function program(): Command {
  return new Command('understudy')
    .description('Trains a small recurrent network on your Python files, on this machine, and completes code from it.')
    .version(version)
    .showHelpAfterError('(understudy --help tells more)')
    .addCommand(trainCommand())
    .addCommand(sampleCommand())
    .addCommand(completeCommand())
    .addCommand(evalCommand())
    .addCommand(benchCommand())
    .addCommand(gpuCommand())
    .addCommand(serveCommand());
}
