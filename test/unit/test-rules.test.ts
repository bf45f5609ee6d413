/**
 * What tests must not do: cast to `never`, leave tests out, print while they run, or sleep instead of awaiting a fact.
 * test/support/wait.ts and test/support/virtual-clock.ts wait for facts and for simulated time.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  /** Files, by their path from the root, that the rule does not concern. */
  readonly except?: RegExp;
  /** A line that breaks the rule, and one that keeps it. */
  readonly wrong: string;
  readonly right: string;
}

// The wrong lines are split in two, so that this file does not break its own rules.
const RULES: readonly Rule[] = [
  {
    name: 'cast to never',
    pattern: /\bas never\b/,
    wrong: `join(options as ${'never'})`,
    right: 'new Promise<never>(() => undefined)',
  },
  {
    name: 'leave tests out',
    pattern: /\b(?:it|test|describe)(?:\.\w+)*\.(?:only|skip|skipIf|todo|fails)\b/,
    wrong: `it.${'only'}('joins', () => undefined)`,
    right: "it.each([1])('joins %s', () => undefined)",
  },
  {
    name: 'print',
    pattern: /\bconsole\.log\(/,
    // The benchmarks and two programs of tests print their results. The files in test/types are compiled and never run.
    except: /^test\/(?:bench|types)\/|\/(?:worker-program|service-local-server\.test)\.ts$/,
    wrong: `console.${'log'}(room)`,
    right: 'ensureNatsServer({ log: console.log })',
  },
  {
    name: 'sleep',
    pattern: /\bsetTimeout\([^;]*\bresolve\b|\bsetTimeout\(\s*\w+\s*,\s*[\d_]+\s*\)|timers\/promises/,
    except: /^test\/(?:bench|support)\//,
    wrong: `await new Promise((resolve) => set${'Timeout'}(resolve, 200))`,
    right: 'await clock.advance(200)',
  },
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
const files = names
  .filter((name) => /^(?!.*node_modules).*\.tsx?$/.test(name))
  .map((name) => join('test', name).replaceAll('\\', '/'));

/** The text without its comments, lines kept. */
const codeOf = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|\s)\/\/.*$/gm, '$1');

function breaches({ pattern }: Rule, text: string): string[] {
  const lines = codeOf(text).split('\n');
  return lines.flatMap((line, index) => (pattern.test(line) ? [`${index + 1}: ${line.trim()}`] : []));
}

describe.each(RULES)('no test may $name', (rule) => {
  it('and a test that does is found', () => {
    expect(breaches(rule, rule.wrong)).toHaveLength(1);
    expect(breaches(rule, rule.right)).toEqual([]);
  });

  it('and none does', () => {
    const concerned = files.filter((file) => !rule.except?.test(file));
    expect(concerned.length).toBeGreaterThan(100);
    const found = concerned.flatMap((file) =>
      breaches(rule, readFileSync(join(root, file), 'utf8')).map((breach) => `${file}:${breach}`),
    );
    expect(found).toEqual([]);
  });
});
