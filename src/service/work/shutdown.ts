/**
 * Ending a process in order: the first SIGTERM or SIGINT lets every task finish, then the process ends by that signal, as
 * its parent expects; a second one ends it at once. Where the program listens for the signal itself, ending it is its own
 * affair.
 */
type Task = () => Promise<void>;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const tasks = new Set<Task>();

/** Runs `task` on the first signal to end. Returns its undo; while nothing is registered, signals are left alone. */
export function onShutdown(task: Task): () => void {
  if (tasks.size === 0) for (const signal of SIGNALS) process.on(signal, shutDown);
  tasks.add(task);
  return () => {
    if (tasks.delete(task) && tasks.size === 0) release();
  };
}

function release(): void {
  for (const signal of SIGNALS) process.off(signal, shutDown);
}

function shutDown(signal: NodeJS.Signals): void {
  const running = [...tasks];
  tasks.clear();
  release();
  void Promise.allSettled(running.map((task) => task())).then(() => {
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  });
}
