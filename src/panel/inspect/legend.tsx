import { SURPRISE_STEPS } from './levels';

/** What the colours of the text say. */
export function Legend({ scale }: { scale: 'surprise' | 'activation' | 'look-back' }) {
  switch (scale) {
    case 'surprise':
      return (
        <Scale
          scale={scale}
          levels={range(0, 7)}
          labels={['0', ...SURPRISE_STEPS.map(String)]}
          unit="bits of surprise"
        />
      );
    case 'activation':
      return (
        <Scale
          scale={scale}
          levels={range(-4, 4)}
          labels={['−1', '', '', '', '0', '', '', '', '+1']}
          unit="activation; below 0 underlined"
        />
      );
    case 'look-back':
      return (
        <Scale
          scale={scale}
          levels={range(0, 7)}
          labels={['none', '', '', '', '', '', '', 'most']}
          unit="pull on the prediction"
        />
      );
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

interface ScaleProps {
  readonly scale: string;
  readonly levels: readonly number[];
  readonly labels: readonly string[];
  readonly unit: string;
}

function Scale({ scale, levels, labels, unit }: ScaleProps) {
  return (
    <div id="inspect-legend" class={scale}>
      {levels.map((level, i) => (
        <span key={level} class={`level${level}`}>
          {labels[i] === '' ? '\u00a0' : labels[i]}
        </span>
      ))}
      <span class="hint">{unit}</span>
    </div>
  );
}
