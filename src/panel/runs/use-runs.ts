import { useEffect } from 'preact/hooks';
import { ReadRuns } from '../../protocol/messages';
import type { RunSummary } from '../../protocol/run-summary';
import { ask } from '../host';
import { type Answer, useAnswer } from '../parts/use-answer';
import type { PanelState } from '../state';

/** Trainings of the workspace, and a way to ask for them again. */
export interface KnownRuns {
  readonly answer: Answer<readonly RunSummary[]>;
  readonly refresh: () => void;
}

/**
 * Trainings of the workspace, asked for while somebody looks at them, and again when one begins, ends or keeps a
 * network.
 */
export function useRuns({ started, status, checkpoint }: PanelState, isLookedAt: boolean): KnownRuns {
  const [answer, put] = useAnswer<readonly RunSummary[]>();
  const refresh = () => put(async () => (await ask(ReadRuns, undefined)).runs);
  const isWanted = started !== null && isLookedAt;
  useEffect(() => {
    if (isWanted) {
      refresh();
    }
  }, [isWanted, started, status?.kind, checkpoint]);
  return { answer, refresh };
}
