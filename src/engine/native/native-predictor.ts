import { withCancelFlag } from '../../addon/cancel-flag';
import type { EngineAddon } from '../../engine/native/engine-addon';
import type { ModelConfig } from '../../model/config';
import type { Predictor } from '../engine';

export async function createNativePredictor(
  addon: EngineAddon,
  engine: { threads: number; mode: string; stored: boolean },
  model: ModelConfig,
  parameters: Float32Array,
): Promise<Predictor> {
  const { layers, units } = model;
  const native = await addon.createPredictor({ ...engine, ...model }, parameters);
  const inTurn = queue();
  return {
    model,
    initialState: () => new Float32Array(layers * units),
    read: (state, symbols) => inTurn(() => native.read([state], symbols, false)),
    readEach: (state, symbols) => inTurn(() => native.read([state], symbols, true)),
    readStates: (state, symbols) => inTurn(() => native.readStates(state, symbols)),
    readBatch: (states, symbols) => inTurn(() => native.read([...states], symbols, false)),
    score: (inputs, targets, rows, hidden) => inTurn(() => native.score(inputs, targets, rows, hidden)),
    lookBack: (symbols, target, signal) =>
      inTurn(() => withCancelFlag(signal, (cancelled) => native.lookBack(symbols, target, cancelled))),
    dispose: () => native.dispose(),
  };
}

/** Runs one call after the other, so that calls wait here and not on the few threads that Node has for such work. */
function queue(): <T>(call: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const result = last.then(call);
    last = result.catch(() => {});
    return result;
  };
}
