import type { Predictor } from '../engine/engine';
import type { ModelConfig } from '../model/config';
import { type RankedUnit, UNIT_PROPERTIES, type UnitProperty, type UnitRanking } from '../protocol/inspection';
import { decode, LINE_FEED_SYMBOL } from '../python/alphabet';
import { LINE_FEED } from '../python/characters';
import { depthOf, Lexer } from '../python/lexer';

/** Units named for each property. */
const BEST = 10;

/** Characters that are read between two turns of other work. */
const PIECE = 250;

/**
 * Units of a network that track properties of Python code, found over `files`: for each property the units whose
 * activations correlate best with it, with either sign (as the cells that Karpathy, Johnson and Fei-Fei found by eye,
 * "Visualizing and Understanding Recurrent Networks", 2015, section 4.2). `betweenPieces` lets other work run, and may
 * throw to end the search.
 */
export async function rankUnits(
  predictor: Predictor,
  files: readonly Uint8Array[],
  betweenPieces: () => Promise<void> = async () => {},
): Promise<UnitRanking[]> {
  const correlations = new Correlations(predictor.model);
  for (const symbols of files) {
    const places = new PlaceReader();
    const state = predictor.initialState();
    await predictor.read(state, Uint8Array.of(LINE_FEED_SYMBOL));
    for (let from = 0; from < symbols.length; from += PIECE) {
      await betweenPieces();
      const piece = symbols.subarray(from, from + PIECE);
      const { states } = await predictor.readStates(state, piece);
      for (const [at, place] of places.read(decode(piece)).entries()) {
        correlations.add(states.subarray(at * state.length, (at + 1) * state.length), place);
      }
    }
  }
  return UNIT_PROPERTIES.map((property, index) => ({ property, units: correlations.best(index) }));
}

/** Properties of a place, in the order of UNIT_PROPERTIES. */
type Place = readonly number[];

/** Reads Python code and tells the properties of the place after each character. */
class PlaceReader {
  readonly #lexer = new Lexer();
  #column = 0;

  /** `text` has line feeds alone as line ends. */
  read(text: string): Place[] {
    return Array.from({ length: text.length }, (_, i) => this.#after(text.charCodeAt(i)));
  }

  #after(unit: number): Place {
    this.#lexer.advance(unit);
    this.#column = unit === LINE_FEED ? 0 : this.#column + 1;
    const properties: Record<UnitProperty, number> = {
      bracketDepth: depthOf(this.#lexer.brackets),
      inString: Number(this.#lexer.mode === 'string'),
      inComment: Number(this.#lexer.mode === 'comment'),
      /** Column of the block. */
      indentation: this.#lexer.indents.column,
      column: this.#column,
    };
    return UNIT_PROPERTIES.map((property) => properties[property]);
  }
}

/** Pearson's correlation of every unit's activation with every property, from running sums. */
class Correlations {
  readonly #model: ModelConfig;
  #count = 0;
  /** Sums over all places: of activations and their squares [layers·units]; of properties and their squares. */
  readonly #activations: Float64Array;
  readonly #squares: Float64Array;
  readonly #properties = new Float64Array(UNIT_PROPERTIES.length);
  readonly #propertySquares = new Float64Array(UNIT_PROPERTIES.length);
  /** Sums of activation times property, [layers·units] for each property. */
  readonly #products: readonly Float64Array[];

  constructor(model: ModelConfig) {
    const size = model.layers * model.units;
    this.#model = model;
    this.#activations = new Float64Array(size);
    this.#squares = new Float64Array(size);
    this.#products = UNIT_PROPERTIES.map(() => new Float64Array(size));
  }

  /** `state` [layers, units] */
  add(state: Float32Array, place: Place): void {
    this.#count++;
    for (let i = 0; i < state.length; i++) {
      const activation = state[i]!;
      this.#activations[i]! += activation;
      this.#squares[i]! += activation * activation;
    }
    for (const [p, value] of place.entries()) {
      this.#properties[p]! += value;
      this.#propertySquares[p]! += value * value;
      if (value !== 0) {
        addScaled(this.#products[p]!, value, state);
      }
    }
  }

  /** Units that correlate best with a property. */
  best(property: number): RankedUnit[] {
    const { layers, units } = this.#model;
    const all = Array.from({ length: layers * units }, (_, i) => ({
      layer: Math.floor(i / units),
      unit: i % units,
      correlation: this.#correlation(i, property),
    }));
    return all
      .filter(({ correlation }) => correlation !== 0)
      .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))
      .slice(0, BEST);
  }

  /** 0 where one of the two never changes. */
  #correlation(unit: number, property: number): number {
    const n = this.#count;
    const activation = this.#activations[unit]!;
    const value = this.#properties[property]!;
    const covariance = n * this.#products[property]![unit]! - activation * value;
    const spread = spreadOf(n, activation, this.#squares[unit]!);
    const propertySpread = spreadOf(n, value, this.#propertySquares[property]!);
    return spread > 0 && propertySpread > 0 ? covariance / Math.sqrt(spread * propertySpread) : 0;
  }
}

/** n² times the variance of n numbers, from their sum and that of their squares; 0 where it is rounding alone. */
function spreadOf(n: number, sum: number, squares: number): number {
  const spread = n * squares - sum ** 2;
  return spread > 1e-9 * n * squares ? spread : 0;
}

function addScaled(sums: Float64Array, scale: number, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    sums[i]! += scale * values[i]!;
  }
}
