import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FIGURES, type Figure, GROUPS, type Group, MACHINES, type Machine, type Unit } from './catalogue';
import { dayOf, MEASUREMENTS, type Result, readResults } from './results';

export const PAGE = join(MEASUREMENTS, 'README.md');

const HEAD = `# Measurements

What is true now: of every figure and machine the newest result.
This page is generated from [results/](results) by \`npm run measurements\`; do not edit it.
"Commit" is the code that was measured; of figures from before 2026-11-28 the newest code when they were written down.
The date leads to the entry of the [log](log/README.md) that tells more, or to the result's file.
An entry of the log may give other figures of the same day: those are of the commit that it names.

To add a result, print it as JSON and import it:

\`\`\`sh
npx understudy bench train --json > bench.json
npm run measurements -- add bench.json --machine zen4 --command "npx understudy bench train"
\`\`\`

The same goes for \`bench predict\`, \`eval\` and \`train\`; the last two also need \`--subject\`, as in \`django-600s\`.
Machines, figures and what is wanted of them stand in [the catalogue](../../scripts/measurements/catalogue.ts).
All machines are shared with others: medians of several rounds, which are what benchmarks print, differ by 5 to 10 %
from hour to hour, and single rounds by [up to a half](log/2026-11-28-before-and-after-the-house.md).

Machines:

${Object.values(MACHINES)
  .map(({ name, about }) => `- **${name}**: ${about}`)
  .join('\n')}
`;

/** The page docs/measurements/README.md, in Markdown. */
export function renderPage(): string {
  const results = readResults();
  checkResults(results);
  const newest = newestOf(results);
  const parts = [
    HEAD,
    ...GROUPS.map((group) => section(group, newest)),
    commands([...newest.values()]),
    superseded(results, newest),
  ];
  return parts.join('\n');
}

function checkResults(results: readonly Result[]): void {
  const logs = readdirSync(join(MEASUREMENTS, 'log'));
  for (const { figure, log, file } of results) {
    if (!(figure in FIGURES)) {
      throw new Error(`${file}: the catalogue has no figure ${figure}`);
    }
    if (log !== null && !logs.includes(log)) {
      throw new Error(`${file}: the log has no entry ${log}`);
    }
  }
}

function keyOf(figure: string, machine: Machine): string {
  return `${figure} ${machine}`;
}

/** The newest result by figure and machine. */
function newestOf(results: readonly Result[]): ReadonlyMap<string, Result> {
  return new Map(results.map((result) => [keyOf(result.figure, result.machine), result]));
}

function section({ title, about, figures }: Group, newest: ReadonlyMap<string, Result>): string {
  const rows = Object.entries(figures).flatMap(([name, figure]) => rowsOf(name, figure, newest));
  return [
    `## ${title}\n`,
    `${about}\n`,
    table(['Figure', 'Machine', 'Wanted', 'Reached', 'Commit', 'Date'], rows),
  ].join('\n');
}

const ALL_MACHINES = Object.keys(MACHINES) as readonly Machine[];

function rowsOf(name: string, figure: Figure, newest: ReadonlyMap<string, Result>): string[][] {
  return ALL_MACHINES.flatMap((machine) => {
    const result = newest.get(keyOf(name, machine));
    if (!result && !figure.machines.includes(machine)) {
      return [];
    }
    const isWanted = figure.wantedOf === undefined || figure.wantedOf === machine;
    const head = [figure.title, MACHINES[machine].name, isWanted ? (figure.wanted ?? '') : ''];
    if (!result) {
      return [[...head, 'not measured', '', '']];
    }
    return [[...head, `**${formatted(result)}**${remarkOf(result)}`, result.commit, source(result)]];
  });
}

function remarkOf({ remark }: Result): string {
  return remark === null ? '' : ` (${remark})`;
}

function source({ time, log, file }: Result): string {
  return `[${dayOf(time)}](${log === null ? `results/${file}` : `log/${log}`})`;
}

const FORMATS: Readonly<Record<Unit, (value: number) => string>> = {
  'characters/s': (value) => `${value.toLocaleString('en-US')} characters/s`,
  times: (value) => `${value.toFixed(value < 5 ? 2 : 1)} ×`,
  share: (value) => `${Number((100 * value).toFixed(1))} %`,
  ms: (value) => `${value} ms`,
  s: (value) => `${value} s`,
  µs: (value) => `${value} µs`,
  MB: (value) => `${value} MB`,
  bpc: (value) => `${value.toFixed(Math.max(3, digitsOf(value)))} bpc`,
  count: (value) => String(value),
};

function digitsOf(value: number): number {
  return (String(value).split('.')[1] ?? '').length;
}

function formatted({ figure, value }: Result): string {
  return FORMATS[FIGURES[figure]!.unit](value);
}

/** By which commands the current figures were measured. */
function commands(current: readonly Result[]): string {
  const rows = new Map<string, string[]>();
  for (const { command, machine, time, commit, file } of current) {
    rows.set(`${command} ${file}`, [
      `\`${command}\``,
      MACHINES[machine].name,
      commit,
      `[${dayOf(time)}](results/${file})`,
    ]);
  }
  const sorted = [...rows.values()].sort((a, b) => a.join().localeCompare(b.join(), 'en'));
  return ['## Commands behind these figures\n', table(['Command', 'Machine', 'Commit', 'Result'], sorted)].join('\n');
}

function superseded(results: readonly Result[], newest: ReadonlyMap<string, Result>): string {
  const rows = results.flatMap((result) => {
    const { figure, machine, commit } = result;
    const by = newest.get(keyOf(figure, machine))!;
    if (by === result) {
      return [];
    }
    const { title } = FIGURES[figure]!;
    const was = [groupOf(figure), title, MACHINES[machine].name, formatted(result), commit, source(result)];
    return [[...was, `${formatted(by)}, ${by.commit}`]];
  });
  const head = ['Group', 'Figure', 'Machine', 'Was', 'Commit', 'Date', 'Replaced by'];
  return [
    '## Superseded figures\n',
    'Each was true once; a newer result of the same figure on the same machine has replaced it.\n',
    table(head, rows),
  ].join('\n');
}

function groupOf(figure: string): string {
  return GROUPS.find(({ figures }) => figure in figures)!.title;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')}\n`;
}
