/** A contestant in a process of its own, which loads its libraries once and then runs a cell a line. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Contestant } from './contestants.js';
import { parseAnswer, parseFacts, Refused, type Answer, type Facts, type Request } from './protocol.js';

export class Server {
  readonly contestant: Contestant;
  readonly facts: Facts;
  readonly #lines: Lines;

  private constructor(contestant: Contestant, facts: Facts, lines: Lines) {
    this.contestant = contestant;
    this.facts = facts;
    this.#lines = lines;
  }

  /** Rejects with `Refused` when it does not start, or says something else than its facts. */
  static async start(contestant: Contestant): Promise<Server> {
    const [command, ...args] = contestant.command;
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const lines = new Lines(contestant.name, child);
    try {
      return new Server(contestant, parseFacts(await lines.next(), contestant.name), lines);
    } catch (cause) {
      lines.end();
      throw cause;
    }
  }

  async ask(request: Request): Promise<Answer> {
    this.#lines.write(JSON.stringify(request));
    return parseAnswer(await this.#lines.next(), this.contestant.name);
  }

  close(): void {
    this.#lines.end();
  }
}

/** The lines of a child; one that ends without a line is refused with the last thing it said on standard error. */
class Lines {
  readonly #from: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #last = '';

  constructor(from: string, child: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#from = from;
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.#last = text.trim().split('\n').at(-1) ?? ''));
    child.on('error', (error) => (this.#last = error.message));
    // A child that has ended is told by its output, not by the pipe to it.
    child.stdin.on('error', () => {});
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Refused(`${this.#from} refused: it ended without an answer: ${this.#last || 'no word why'}`);
    }
    return value;
  }

  end(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }
}
