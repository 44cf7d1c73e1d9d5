/**
 * Checks the lexer against Python's own on every Python file of some folders. By hand:
 *
 *   npx tsx test/text/check-lexer.ts FOLDER…
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Lexer } from '../../src/python/lexer';
import { disagreements, type PythonTokens } from './against-python';

async function main(folders: string[]): Promise<void> {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.py'))
      .map((name) => path.join(folder, name)),
  );
  const python = spawn('python3', [path.join(__dirname, '../fixtures/lexer/tokens.py'), ...files], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const total = { files: 0, characters: 0, disagreements: 0, lexingMs: 0 };
  for await (const line of createInterface(python.stdout)) {
    const described = JSON.parse(line) as PythonTokens;
    const found = disagreements(described);
    for (const one of found.slice(0, 3)) {
      console.log(`${described.source.slice(0, 40).split('\n')[0]} … ${one}`);
    }
    total.files++;
    total.characters += described.source.length;
    total.disagreements += found.length;
    const start = performance.now();
    new Lexer().read(described.source);
    total.lexingMs += performance.now() - start;
  }
  console.log(`${files.length} files, of which Python parses ${total.files} with ${total.characters} characters`);
  console.log(`${total.disagreements} disagreements`);
  console.log(`${(total.characters / total.lexingMs / 1000).toFixed(1)} million characters per second`);
}

main(process.argv.slice(2));
