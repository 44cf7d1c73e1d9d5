import { UserError } from '../../protocol/user-error';
import type { Engine } from '../engine';
import { loadAddon } from './addon';

export interface NativeOptions {
  /** null: as many as there are processors. */
  readonly threads: number | null;
}

/** The C++ engine. Throws a UserError where the addon cannot be loaded. */
export function createNativeEngine(_options: NativeOptions): Engine {
  loadAddon();
  throw new UserError('The native engine is not finished yet.');
}
