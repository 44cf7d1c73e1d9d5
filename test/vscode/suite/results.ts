/** Environment variable with the path that the results are written to, in mocha's JSON. */
export const RESULTS = 'UNDERSTUDY_TEST_RESULTS';

/** The part of mocha's JSON that is read. */
export interface Results {
  readonly tests: readonly { readonly title: string; readonly err: { readonly stack?: string } }[];
  readonly stats: { readonly passes: number };
}
