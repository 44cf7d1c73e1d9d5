/** Random trials, each made from a seed, that look for inputs on which the code is wrong. */
export interface Campaign {
  /** Trials where `--count` is not given. */
  readonly defaultCount: number;
  /** Tries `count` inputs; says with `print` how many there were, what was compared, and the smallest that fails. */
  run(options: CampaignOptions): Promise<CampaignResult>;
}

export interface CampaignOptions {
  readonly seed: number;
  readonly count: number;
  readonly print: (line: string) => void;
}

export interface CampaignResult {
  readonly failures: number;
}
