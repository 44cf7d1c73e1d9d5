import { isDeepStrictEqual } from 'node:util';
import type { ModelState, Status } from '../../protocol/model-status';

interface StatusInputs {
  readonly training: { readonly done: number; readonly secondsLeft: number | null } | null;
  readonly model: ModelState | null;
  /** Progress of an unfinished training, 0 to 1; null without one. */
  readonly paused: number | null;
  /** Whether another process trains. */
  readonly elsewhere: boolean;
  /** One sentence each, until the next success. */
  readonly trainingProblem: string | null;
  readonly modelProblem: string | null;
}

/** Keeps the status of the server and tells the client's status item every change. */
export class StatusReporter {
  readonly #onChange: (status: Status) => void;
  #inputs: StatusInputs = {
    training: null,
    model: null,
    paused: null,
    elsewhere: false,
    trainingProblem: null,
    modelProblem: null,
  };

  constructor(notify: (status: Status) => void) {
    this.#onChange = notify;
  }

  get status(): Status {
    return statusOf(this.#inputs);
  }

  update(change: Partial<StatusInputs>): void {
    const before = this.status;
    this.#inputs = { ...this.#inputs, ...change };
    if (!isDeepStrictEqual(this.status, before)) {
      this.#onChange(this.status);
    }
  }
}

function statusOf({ training, model, paused, elsewhere, trainingProblem, modelProblem }: StatusInputs): Status {
  const problem = trainingProblem ?? modelProblem;
  if (training) {
    return { kind: 'training', ...training, model };
  }
  if (elsewhere) {
    return { kind: 'elsewhere', model };
  }
  if (problem !== null) {
    return { kind: 'error', message: problem, model };
  }
  if (paused !== null) {
    return { kind: 'paused', model, done: paused };
  }
  return model ? { kind: 'ready', model } : { kind: 'no-model' };
}
