import { send } from '../host';

const TO_SEE = [
  { title: 'The curve', text: 'How well it predicts the next character, also in files that it has never seen.' },
  { title: 'Samples', text: 'What it writes by itself: noise at first, then words, brackets, whole functions.' },
  { title: 'Marks', text: 'What in them is right Python, what is made up, and what it recites from your files.' },
];

/** Section for those who have not trained yet: what there will be to see, and the lesson. */
export function Welcome() {
  return (
    <section id="welcome" aria-labelledby="welcome-title">
      <h2 id="welcome-title">What you will see here</h2>
      <ul>
        {TO_SEE.map(({ title, text }) => (
          <li key={title}>
            <h3>{title}</h3>
            <p class="hint">{text}</p>
          </li>
        ))}
      </ul>
      <p>
        <button id="open-lesson" type="button" class="link" onClick={() => send({ kind: 'openLesson' })}>
          How a recurrent network learns Python, in seven steps
        </button>
      </p>
    </section>
  );
}
