import { existsSync } from 'node:fs';
import { Constraint } from '../../completion/code-aware/constraint';
import { pythonVocabulary } from '../../completion/code-aware/python-vocabulary';
import { Syntax } from '../../completion/code-aware/syntax';
import { ANY_NAME, union } from '../../completion/code-aware/vocabulary';
import { writeSample } from '../../generation/sample';
import type { CodeAwareSample } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import type { Settings } from '../../protocol/settings';
import { UserError } from '../../protocol/user-error';
import type { Run } from '../../training/run';
import { loadNetwork } from './load-network';
import type { WorkspaceNames } from './workspace-names';

export interface CodeAwareSamplesSetup {
  readonly run: Run;
  readonly settings: () => Promise<Settings>;
  readonly names: WorkspaceNames;
  readonly isTrusted: () => boolean;
}

/** Writes the run's samples again, code-aware, from the checkpoints that were kept with them. */
export class CodeAwareSamples {
  readonly #setup: CodeAwareSamplesSetup;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(setup: CodeAwareSamplesSetup) {
    this.#setup = setup;
  }

  /** One at a time: completing code comes first. @throws UserError where there is no such sample or no checkpoint */
  write(wanted: ParamsOf<typeof CodeAwareSample>): Promise<ResultOf<typeof CodeAwareSample>> {
    const written = this.#turn.then(() => this.#write(wanted));
    this.#turn = written.catch(() => {});
    return written;
  }

  async #write({ epoch, prompt }: ParamsOf<typeof CodeAwareSample>): Promise<ResultOf<typeof CodeAwareSample>> {
    const { run, settings, names, isTrusted } = this.#setup;
    if (!isTrusted()) {
      throw new UserError('Understudy is off in a workspace that is not trusted.');
    }
    const { recipe } = run.info();
    const samples = run.events().filter((event) => event.kind === 'sample');
    const sample = samples.find((event) => event.epoch === epoch && event.prompt === prompt);
    const path = run.checkpointPath(epoch);
    if (sample === undefined || !existsSync(path)) {
      throw new UserError('The weights of this epoch were not kept.');
    }

    await names.ready();
    const { workspace } = names.known;
    const known = workspace === null ? ANY_NAME : union(pythonVocabulary(), workspace);
    const constraint = new Constraint(new Syntax().read(prompt), known);
    const { predictor } = await loadNetwork(path, await settings());
    try {
      const what = { prompt, length: sample.text.length, seed: recipe.seed };
      return { text: await writeSample(predictor, what, { constraint }) };
    } finally {
      predictor.dispose();
    }
  }
}
