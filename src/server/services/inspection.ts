import { activationsOf, inspectCharacters, lookBackFrom, readText, type TextReading } from '../../inspection/inspect';
import { LONGEST_INSPECTED } from '../../protocol/inspection';
import type { Activation, Inspect, LookBack } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import { UserError } from '../../protocol/user-error';
import { charactersOf } from '../../python/alphabet';
import { cancellation, untilAborted } from '../requests';
import type { EpochNetwork, EpochNetworks } from './epoch-networks';
import { yieldToCompletions } from './yield-to-completions';

export interface InspectionSetup {
  readonly networks: Pick<EpochNetworks, 'use'>;
  /** Resolves when no completion is being worked on. */
  readonly untilIdle: () => Promise<void>;
  /** Aborted when the session is closed. */
  readonly closing: AbortSignal;
}

/** The text that a network has read last. */
interface LastReading {
  readonly text: string;
  readonly result: TextReading;
}

/** What is asked of a network about a text. */
type Question = 'inspect' | 'activation' | 'lookBack';

/**
 * Looks into networks: one request at a time, between completions, which come first. A request ends when it is
 * cancelled, when a newer one asks the same question, and when the session is closed.
 */
export class Inspection {
  readonly #setup: InspectionSetup;
  #turn: Promise<unknown> = Promise.resolve();
  /** Ends the newest request of each kind. */
  readonly #newestOf = new Map<Question, AbortController>();
  /** Identity of the network that completed when a text was looked into last. */
  #newest: string | null = null;
  /** For as long as the networks are kept. */
  readonly #readings = new WeakMap<EpochNetwork, LastReading>();

  constructor(setup: InspectionSetup) {
    this.#setup = setup;
  }

  /** @throws UserError where there is no such network, or the text is too long; so do the others */
  inspect({ text, epoch }: ParamsOf<typeof Inspect>, cancelled: AbortSignal): Promise<ResultOf<typeof Inspect>> {
    return this.#inTurn('inspect', cancelled, async (signal) => {
      checkText(text);
      return await this.#setup.networks.use(epoch, async (network) => {
        this.#newest = epoch === null ? network.identity : this.#newest;
        const characters = inspectCharacters(await this.#read(network, text, signal));
        return { epoch: network.epoch, ...network.predictor.model, characters };
      });
    });
  }

  activation(
    { text, epoch, layer, unit }: ParamsOf<typeof Activation>,
    cancelled: AbortSignal,
  ): Promise<ResultOf<typeof Activation>> {
    return this.#inTurn('activation', cancelled, async (signal) => {
      checkText(text);
      return await this.#useAgain(epoch, async (network) => {
        const { layers, units } = network.predictor.model;
        if (layer >= layers || unit >= units) {
          throw new UserError(`This network has no such unit: it has ${layers} layers of ${units} units each.`);
        }
        return activationsOf(await this.#read(network, text, signal), layer, unit);
      });
    });
  }

  lookBack({ text, epoch, at }: ParamsOf<typeof LookBack>, cancelled: AbortSignal): Promise<ResultOf<typeof LookBack>> {
    return this.#inTurn('lookBack', cancelled, async (signal) => {
      checkText(text);
      if (at >= charactersOf(text).length) {
        throw new UserError('The text has no such character to look back from.');
      }
      return await this.#useAgain(epoch, async ({ predictor }) => {
        await yieldToCompletions(this.#setup.untilIdle, signal);
        return await lookBackFrom(predictor, text, at, signal);
      });
    });
  }

  /** Does `work` after what was asked before. */
  #inTurn<T>(question: Question, cancelled: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const newer = new AbortController();
    this.#newestOf.get(question)?.abort(cancellation('A newer question has taken the place of this one.'));
    this.#newestOf.set(question, newer);
    const signal = AbortSignal.any([cancelled, newer.signal, this.#setup.closing]);
    const result = this.#turn.then(() => {
      signal.throwIfAborted();
      return work(signal);
    });
    this.#turn = result.catch(() => {});
    return untilAborted(signal, result);
  }

  /**
   * Works with the network of an epoch. The one that completed when a text was looked into is used again, so that what
   * is seen of the text belongs together.
   */
  #useAgain<T>(epoch: number | null, work: (network: EpochNetwork) => Promise<T>): Promise<T> {
    return this.#setup.networks.use(epoch, work, epoch === null ? this.#newest : null);
  }

  async #read(network: EpochNetwork, text: string, signal: AbortSignal): Promise<TextReading> {
    const before = this.#readings.get(network);
    if (before?.text === text) {
      return before.result;
    }
    const { untilIdle } = this.#setup;
    const result = await readText(network.predictor, text, () => yieldToCompletions(untilIdle, signal));
    this.#readings.set(network, { text, result });
    return result;
  }
}

/** @throws UserError where it is too long to look into, or empty */
function checkText(text: string): void {
  if (text === '') {
    throw new UserError('There is no text to look into: type some, or select it in an editor.');
  }
  if (text.length > LONGEST_INSPECTED) {
    const [most, given] = [LONGEST_INSPECTED, text.length].map((count) => count.toLocaleString('en'));
    throw new UserError(`Look into at most ${most} characters at a time: this text has ${given}.`);
  }
}
