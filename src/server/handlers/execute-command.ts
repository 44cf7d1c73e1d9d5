import * as v from 'valibot';
import { ErrorCodes, type ExecuteCommandParams, ResponseError } from 'vscode-languageserver/node';
import { Explain, ServerCommand } from '../../protocol/messages';
import { UserError } from '../../protocol/user-error';
import type { Session } from '../session';
import { problemOf } from '../transport/problem';
import { explain, explainSetup } from './explain';

/** Handlers of commands, by their names in the protocol; the results are JSON. */
export type Commands = ReadonlyMap<string, (given: ExecuteCommandParams) => Promise<unknown>>;

/**
 * Does a command of `workspace/executeCommand`.
 *
 * @throws UserError where there is none of that name
 * @throws ResponseError where its arguments are wrong
 */
export async function execute(commands: Commands, given: ExecuteCommandParams): Promise<unknown> {
  const command = commands.get(given.command);
  if (!command) {
    throw new UserError(`Understudy has no command "${given.command}".`);
  }
  return (await command(given)) ?? null;
}

export function commandsOf(session: Session): Commands {
  const { training, statistics } = session;
  return new Map([
    [ServerCommand.train, withoutArguments(() => training.start({ resume: false }))],
    [ServerCommand.resume, withoutArguments(() => training.start({ resume: true }))],
    [ServerCommand.stop, withoutArguments(() => training.stop())],
    [ServerCommand.status, withoutArguments(async () => session.reporter.status)],
    [ServerCommand.explain, withOneArgument(Explain.params, (params) => explain(params, explainSetup(session)))],
    [ServerCommand.statistics, withoutArguments(async () => statistics.statistics)],
    [ServerCommand.resetStatistics, withoutArguments(async () => statistics.reset())],
    [ServerCommand.deleteModels, withoutArguments(() => session.deleteModels())],
  ]);
}

/** A command without arguments. */
function withoutArguments(work: () => Promise<unknown>) {
  return async ({ command, arguments: given }: ExecuteCommandParams): Promise<unknown> => {
    if (given && given.length > 0) {
      throw wrong(`${command} takes no arguments.`);
    }
    return await work();
  };
}

/** A command with one argument. */
function withOneArgument<Argument>(
  schema: v.GenericSchema<unknown, Argument>,
  work: (argument: Argument) => Promise<unknown>,
) {
  return async ({ command, arguments: given }: ExecuteCommandParams): Promise<unknown> => {
    if (given?.length !== 1) {
      throw wrong(`${command} takes one argument.`);
    }
    const parsed = v.safeParse(schema, given[0]);
    if (!parsed.success) {
      throw wrong(problemOf(command, parsed.issues));
    }
    return await work(parsed.output);
  };
}

function wrong(problem: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, problem);
}
