import type { ComponentChildren } from 'preact';

interface ToggleProps {
  readonly id: string;
  readonly isOn: boolean;
  readonly set: (isOn: boolean) => void;
  readonly children: ComponentChildren;
}

/** Checkbox with its label. */
export function Toggle({ id, isOn, set, children }: ToggleProps) {
  return (
    <label class="toggle" for={id}>
      <input id={id} type="checkbox" checked={isOn} onChange={({ currentTarget }) => set(currentTarget.checked)} />
      {children}
    </label>
  );
}
