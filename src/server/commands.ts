import * as v from 'valibot';
import { ErrorCodes, type ExecuteCommandParams, ResponseError } from 'vscode-languageserver/node';
import { UserError } from '../protocol/user-error';
import { problemOf } from './problem';

/** What a command does, by its name in the protocol; the result is JSON. */
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

/** A command without arguments. */
export function alone(work: () => Promise<unknown>) {
  return async ({ command, arguments: given }: ExecuteCommandParams): Promise<unknown> => {
    if (given && given.length > 0) {
      throw wrong(`${command} takes no arguments.`);
    }
    return await work();
  };
}

/** A command with one argument. */
export function taking<Schema extends v.GenericSchema>(
  schema: Schema,
  work: (argument: v.InferOutput<Schema>) => Promise<unknown>,
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
