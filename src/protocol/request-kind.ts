import * as v from 'valibot';

/**
 * A request to the language server: its method, and what its parameters and its result have to be. Where it has a
 * `part`, parts of the result come before it, as partial results of the Language Server Protocol.
 */
export interface RequestKind<Params, Result, Part = unknown> {
  readonly method: string;
  readonly params: v.GenericSchema<unknown, Params>;
  readonly result: v.GenericSchema<unknown, Result>;
  readonly part?: v.GenericSchema<unknown, Part>;
}

/** A notification between client and language server. */
export interface NotificationKind<Params> {
  readonly method: string;
  readonly params: v.GenericSchema<unknown, Params>;
}

export type ParamsOf<Kind> = Kind extends NotificationKind<infer Params> ? Params : never;
export type ResultOf<Kind> = Kind extends RequestKind<unknown, infer Result> ? Result : never;

export function request<Params, Result>(
  method: string,
  params: v.GenericSchema<unknown, Params>,
  result: v.GenericSchema<unknown, Result>,
): RequestKind<Params, Result> {
  return { method, params, result };
}

/** A request whose result is told in parts before it comes. */
export function streamingRequest<Params extends object, Result, Part>(
  method: string,
  params: v.GenericSchema<unknown, Params>,
  result: v.GenericSchema<unknown, Result>,
  part: v.GenericSchema<unknown, Part>,
): Required<RequestKind<Params, Result, Part>> {
  return { method, params, result, part };
}

export function notification<Params>(
  method: string,
  params: v.GenericSchema<unknown, Params>,
): NotificationKind<Params> {
  return { method, params };
}

/** Parameters of a message that takes none; whatever comes is dropped. */
export const NONE: v.GenericSchema<unknown, undefined> = v.pipe(
  v.unknown(),
  v.transform(() => undefined),
);
