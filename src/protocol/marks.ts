import * as v from 'valibot';

/**
 * Kinds of marks in a text that a network wrote. They come in pairs, right and wrong, but for keywords, builtins,
 * brackets that are never closed, open strings and recitation.
 */
export const MARK_KINDS = [
  'keyword',
  'builtin',
  'knownName',
  'madeUpName',
  'closed',
  'misclosed',
  'unclosed',
  'blockColon',
  'missingColon',
  'indented',
  'misindented',
  'openString',
  'recited',
] as const;

/** Mark on the characters from `start` to before `end` of a sample's text, in UTF-16 code units. */
export const Mark = v.object({
  kind: v.picklist(MARK_KINDS),
  start: v.number(),
  end: v.number(),
  /** Depth of a bracket, 1 for the outermost. */
  depth: v.optional(v.number()),
  /** Training file, relative to its folder, and line, counted from 1, where recited text stands verbatim. */
  source: v.optional(v.object({ file: v.string(), line: v.number() })),
});
export type Mark = v.InferOutput<typeof Mark>;
