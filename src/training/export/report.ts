import { bpc, count, duration, epochs, networkText, percent } from '../../protocol/format';
import { MARK_KINDS } from '../../protocol/marks';
import { markCounts, type RunHistory } from './run-history';

/** Report of a run in Markdown: its configuration, curve, figures, marks and samples. */
export function reportMarkdown(history: RunHistory, curveFile: string, notice: string): string {
  const { name, details } = history;
  const { best } = details;
  const parts = [
    `# ${escaped(name)}`,
    notice,
    table(['', ''], configuration(history)),
    best === null
      ? 'Nothing was held out, so there are no validations.'
      : `Best validation: ${bpc(best.bpc)} bits per character, at epoch ${epochs(best.epoch)}.`,
    `![Bits per character by epoch](${curveFile})`,
    ...marksPart(history),
    ...structurePart(history),
    '## Samples',
    ...samplesPart(history),
  ];
  return `${parts.join('\n\n')}\n`;
}

function configuration({ created, details, corpus }: RunHistory): string[][] {
  const { parameters, preset, batch, seqlen, seed, engine, mode } = details;
  return [
    ['began', escaped(created)],
    ['network', `${networkText(details)}, ${count(parameters)} parameters`],
    ['recipe', `${escaped(preset)}, minibatches of ${batch} × ${seqlen}, seed ${seed}`],
    ['engine', escaped([engine, mode].filter((word) => word !== '').join(', '))],
    ['learnt from', `${corpus.files} files, ${count(corpus.trainCharacters)} characters`],
    ['held out', `${corpus.validationFiles} files, ${count(corpus.validationCharacters)} characters`],
    [
      'trained',
      `${epochs(details.epoch)} epochs, ${count(details.characters)} characters, ${duration(details.seconds)}`,
    ],
    ['end', details.isComplete ? 'complete' : 'stopped before its end, or still going on'],
  ];
}

function marksPart({ samples }: RunHistory): string[] {
  const marked = samples.flatMap(({ epoch, prompt, marks }) => {
    const counts = markCounts(marks);
    return counts === null ? [] : [{ epoch, prompt, counts }];
  });
  const kinds = MARK_KINDS.filter((kind) => marked.some(({ counts }) => counts[kind] > 0));
  if (kinds.length === 0) {
    return [];
  }
  const rows = marked.map(({ epoch, prompt, counts }) => [
    epochs(epoch),
    promptCode(prompt),
    ...kinds.map((kind) => String(counts[kind])),
  ]);
  return ['## Marks', table(['epoch', 'prompt', ...kinds.map(words)], rows)];
}

/** "madeUpName" as "made up name". */
function words(kind: string): string {
  return kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function structurePart({ structure }: RunHistory): string[] {
  if (structure.length === 0) {
    return [];
  }
  const share = ({ right, total }: { right: number; total: number }) => (total === 0 ? '' : percent(right / total));
  const rows = structure.map(({ epoch, closers, names, indents }) => {
    const all = closers.reduce((a, b) => ({ right: a.right + b.right, total: a.total + b.total }), {
      right: 0,
      total: 0,
    });
    return [epochs(epoch), share(all), share(names), share(indents)];
  });
  return ['## Right on held-out text', table(['epoch', 'closing brackets', 'known names', 'indents'], rows)];
}

function samplesPart({ samples }: RunHistory): string[] {
  if (samples.length === 0) {
    return ['There is none yet.'];
  }
  return samples.flatMap(({ epoch, prompt, text }) => [
    `### Epoch ${epochs(epoch)}, ${promptCode(prompt)}`,
    fenced(prompt + text),
  ]);
}

function promptCode(prompt: string): string {
  return prompt.trim() === '' ? 'an empty file' : code(prompt);
}

/** Code in a line, in more backticks than it has itself. */
function code(text: string): string {
  const fence = '`'.repeat(longestTicks(text) + 1);
  const line = text.replaceAll('\n', '↵').replaceAll('|', '\\|');
  return `${fence} ${line} ${fence}`;
}

function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestTicks(text) + 1));
  return `${fence}python\n${text.replace(/^\n+/, '').replace(/\n*$/, '\n')}${fence}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A text that Markdown shows as it is. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|&#]/g, '\\$&');
}
