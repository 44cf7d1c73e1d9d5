import * as v from 'valibot';
import type { FromPanel, ToPanel } from '../protocol/panel';
import type { RequestKind } from '../protocol/request-kind';

/** Request that has no answer yet. */
interface Pending {
  readonly onPart: (part: unknown) => void;
  readonly onResult: (result: unknown) => void;
  readonly onRefusal: (error: Error) => void;
}

/** Requests of the panel to the language server, each with an answer to come. */
export class Requests {
  readonly #send: (message: FromPanel) => void;
  readonly #pending = new Map<number, Pending>();
  #newest = 0;

  constructor(send: (message: FromPanel) => void) {
    this.#send = send;
  }

  /**
   * @param options.signal stops the work; the answer is what there is by then, or a refusal
   * @throws Error with a sentence where the server refuses
   */
  ask<Params, Result, Part>(
    { method, result: resultSchema, part: partSchema }: RequestKind<Params, Result, Part>,
    params: Params,
    { signal, onPart = () => {} }: { readonly signal?: AbortSignal; readonly onPart?: (part: Part) => void },
  ): Promise<Result> {
    const id = ++this.#newest;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, {
        onPart: (part) => partSchema && onPart(v.parse(partSchema, part)),
        onResult: (result) => {
          const parsed = v.safeParse(resultSchema, result);
          parsed.success ? resolve(parsed.output) : reject(new Error(v.summarize(parsed.issues)));
        },
        onRefusal: reject,
      });
      signal?.addEventListener('abort', () => this.#pending.has(id) && this.#send({ kind: 'cancel', id }));
      // JSON, which VS Code sends, has no undefined.
      this.#send({ kind: 'request', id, method, params: params ?? null });
    });
  }

  /** Takes an answer. Returns whether the message was one. */
  take(message: ToPanel): boolean {
    switch (message.kind) {
      case 'part':
        this.#pending.get(message.id)?.onPart(message.part);
        return true;
      case 'response':
        this.#end(message.id)?.onResult(message.result);
        return true;
      case 'refusal':
        this.#end(message.id)?.onRefusal(new Error(message.reason));
        return true;
      default:
        return false;
    }
  }

  #end(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}
