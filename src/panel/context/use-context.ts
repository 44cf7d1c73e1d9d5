import { useEffect, useRef, useState } from 'preact/hooks';
import type { MeasuredContext } from '../../protocol/measured-context';
import { MeasureContext, ReadContext } from '../../protocol/messages';
import { ask } from '../host';
import { keyOf, type NetworkChoice } from './networks';

/** What is known of networks, and how to measure them. */
export interface KnownContext {
  /** Figures of a network; null where it was not measured, undefined while that is not known. */
  readonly of: (network: NetworkChoice) => MeasuredContext | null | undefined;
  /** Share of a measurement under way that is done; null while there is none. */
  readonly share: number | null;
  /** Why the last measurement failed, in a sentence. */
  readonly problem: string | null;
  readonly measure: (networks: readonly NetworkChoice[]) => void;
  readonly stop: () => void;
}

/**
 * Figures of the networks that are looked at, which the server has kept or measures anew; asked for again where
 * `training` is another one, which may have forgotten some.
 */
export function useContextOf(networks: readonly NetworkChoice[], training: unknown): KnownContext {
  const [known, setKnown] = useState<ReadonlyMap<string, MeasuredContext | null>>(new Map());
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const abort = useRef<AbortController | null>(null);
  const put = (network: NetworkChoice, figures: MeasuredContext | null) =>
    setKnown((before) => new Map(before).set(keyOf(network), figures));
  useEffect(() => () => abort.current?.abort(), []);
  useEffect(() => {
    for (const network of networks) {
      ask(ReadContext, network).then(
        (figures) => put(network, figures),
        () => put(network, null),
      );
    }
  }, [networks.map(keyOf).join('\n'), training]);

  const measureAll = async (wanted: readonly NetworkChoice[], { signal }: AbortController) => {
    for (const [i, network] of wanted.entries()) {
      const tell = (part: number) => setShare((i + part) / wanted.length);
      tell(0);
      const figures = await ask(MeasureContext, network, { signal, onPart: tell });
      if (figures === null) {
        return;
      }
      put(network, figures);
    }
  };
  const measure = (wanted: readonly NetworkChoice[]) => {
    const mine = new AbortController();
    abort.current = mine;
    setProblem(null);
    measureAll(wanted, mine)
      .catch((error: Error) => setProblem(error.message))
      .finally(() => setShare(null));
  };
  return {
    of: (network) => known.get(keyOf(network)),
    share,
    problem,
    measure,
    stop: () => abort.current?.abort(),
  };
}
