import { printableLines } from '../../protocol/printable';
import { useKept } from '../host';
import { promptName } from './sample-grid';

/** Choice of the prompt whose samples are shown, where there are several. */
export function PromptChoice({ prompts, shown }: { prompts: readonly string[]; shown: string | null }) {
  const [, choose] = useKept('prompt');
  if (prompts.length < 2) {
    return null;
  }
  return (
    <label class="choice">
      after
      <select
        class="prompt-choice"
        value={prompts.indexOf(shown ?? '')}
        onChange={({ currentTarget }) => choose(prompts[Number(currentTarget.value)]!)}
      >
        {prompts.map((prompt, i) => (
          <option key={prompt} value={i}>
            {printableLines(promptName(prompt))}
          </option>
        ))}
      </select>
    </label>
  );
}
