import type { Mark } from '../../src/protocol/marks';
import type { SampleEvent, TrainingEvent } from '../../src/protocol/training-events';
import { corpus, progress, started, validation } from './events';

/**
 * Sample whose marks stand in its text: `‹kind|characters›` marks characters, `‹closed 2|)›` with a depth, and
 * `‹recited app.py:12|…›` with a source. Marks may lie in each other.
 */
export function markedSample(epoch: number, prompt: string, notation: string): SampleEvent {
  const marks: Mark[] = [];
  const open: { kind: Mark['kind']; start: number; of: string | undefined }[] = [];
  let text = '';
  for (const token of notation.match(/‹[^|]*\||›|[^‹›]+/g) ?? []) {
    if (token.startsWith('‹')) {
      const [kind, of] = token.slice(1, -1).split(' ');
      open.push({ kind: kind as Mark['kind'], start: text.length, of });
    } else if (token === '›') {
      marks.push(closedMark(open.pop()!, text.length));
    } else {
      text += token;
    }
  }
  marks.sort((a, b) => a.start - b.start || a.end - b.end);
  return { kind: 'sample', epoch, prompt, text, marks };
}

function closedMark(
  { kind, start, of }: { kind: Mark['kind']; start: number; of: string | undefined },
  end: number,
): Mark {
  if (of === undefined) {
    return { kind, start, end };
  }
  const [file, line] = of.split(':');
  return line === undefined
    ? { kind, start, end, depth: Number(of) }
    : { kind, start, end, source: { file: file!, line: Number(line) } };
}

const PROMPTS = ['\n', 'def ', 'class ', 'import '];

/** What a network might write, from noise to recitation. */
const STAGES: readonly { epoch: number; bpc: number; accuracy: number; text: string }[] = [
  {
    epoch: 0.03,
    bpc: 4.6,
    accuracy: 0.17,
    text: "  t e(ns_,raoi nts ee=‹misclosed|]›  tlie'_ \n‹misindented|   ›‹madeUpName|oteia› ni\n  re ",
  },
  {
    epoch: 0.1,
    bpc: 3.1,
    accuracy: 0.38,
    text: '‹keyword|def› ‹madeUpName|seret›(‹knownName|self›‹misclosed 1|]›‹missingColon|e›\n    ‹keyword|return› ‹madeUpName|selt›.‹madeUpName|carate›‹closed 1|)›\n‹misindented|     ›‹keyword|if› ‹knownName|self›‹blockColon|:›\n',
  },
  {
    epoch: 0.4,
    bpc: 2.1,
    accuracy: 0.57,
    text: '‹keyword|def› ‹madeUpName|get_paramender›(‹knownName|self›, ‹knownName|name›‹closed 1|)›‹blockColon|:›\n‹indented|    ›‹openString|"""The ‹madeUpName|requert› to the conting.›\n‹indented|    ›‹keyword|return› ‹knownName|self›.‹madeUpName|_gettem›(‹knownName|name›[0‹misclosed 2|)›‹closed 1|)›\n',
  },
  {
    epoch: 1,
    bpc: 1.7,
    accuracy: 0.66,
    text: '‹keyword|def› ‹knownName|get_context›(‹knownName|self›, ‹knownName|name›=‹keyword|None›‹closed 1|)›‹blockColon|:›\n‹indented|    ›‹keyword|if› ‹builtin|isinstance›(‹knownName|name›, (‹builtin|str›, ‹builtin|bytes›‹closed 2|)›‹closed 1|)›‹blockColon|:›\n‹indented|        ›‹keyword|return› ‹knownName|self›.‹knownName|contexts›[‹knownName|name›‹closed 1|]›\n‹indented|    ›‹keyword|return› ‹knownName|self›.‹madeUpName|default_contexter›\n',
  },
  {
    epoch: 2,
    bpc: 1.5,
    accuracy: 0.7,
    text: '‹keyword|class› ‹knownName|RequestContext›(‹knownName|Context›‹closed 1|)›‹blockColon|:›\n‹indented|    ›"""A context that is bound to one request."""\n\n‹indented|    ›‹keyword|def› ‹knownName|__init__›(‹knownName|self›, ‹knownName|app›, ‹knownName|environ›‹closed 1|)›‹blockColon|:›\n‹indented|        ›‹knownName|self›.‹knownName|app› = ‹knownName|app›\n‹indented|        ›‹knownName|self›.‹knownName|url_adapter› = ‹knownName|app›.‹knownName|create_url_adapter›(‹knownName|self›.‹knownName|request›‹closed 1|)›\n',
  },
  {
    epoch: 4,
    bpc: 1.46,
    accuracy: 0.72,
    text: '‹keyword|import› ‹knownName|os›\n‹keyword|from› ‹knownName|functools› ‹keyword|import› ‹knownName|update_wrapper›\n\n‹recited src/context.py:118|    def ‹knownName|__enter__›(self):\n        self.push()\n        return self\n\n    def __exit__(self, exc_type, exc_value, tb):›\n‹indented|        ›‹knownName|self›.‹knownName|pop›(‹knownName|exc_value›‹closed 1|)›\n',
  },
];

/** A training with several prompts, marks, and measures on held-out text. */
export function markedTraining(): TrainingEvent[] {
  const events: TrainingEvent[] = [corpus(), started(0), validation(0, 6.6)];
  let last = 0;
  for (const [i, { epoch, bpc, accuracy, text }] of STAGES.entries()) {
    for (let step = 1; step <= 12; step++) {
      const at = last + ((epoch - last) * step) / 12;
      events.push(progress(at, bpc + 0.6 * (1 - step / 12) + 0.05 * Math.sin(step * 2.4)));
    }
    last = epoch;
    events.push({ ...validation(epoch, bpc + 0.05), accuracy });
    events.push(...PROMPTS.map((prompt) => markedSample(epoch, prompt, text)));
    events.push({
      kind: 'structure',
      epoch,
      closers: [1, 0.8, 0.6, 0.4].map((factor) => ({ right: Math.round(15 * (i + 1) * factor), total: 100 })),
      names: { right: 20 + 12 * i, total: 100 },
      indents: { right: 10 + 15 * i, total: 100 },
    });
    events.push({ kind: 'checkpoint', epoch, path: '' });
  }
  return events;
}
