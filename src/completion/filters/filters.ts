import { dedent } from './dedent';
import { doubledCloser } from './doubled-closer';
import type { Filter } from './filter';
import { loop } from './loop';
import { nextLine } from './next-line';
import { trailingSpace } from './trailing-space';
import { unclosed } from './unclosed';
import { unknownName } from './unknown-name';

/** All filters in the order in which they are applied; trailing spaces last, because the others may leave some. */
export const FILTERS: readonly Filter[] = [doubledCloser, unclosed, dedent, nextLine, loop, unknownName, trailingSpace];
