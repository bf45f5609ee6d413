/**
 * The animation frame loop of the page. A task runs on the next frame, and again for as long as it returns true;
 * while no task is due, nothing runs. Its state is the module's because all elements must share one loop, so that
 * they read and draw together; it holds nothing while no task is due.
 */
export type FrameTask = (now: number) => boolean;

const due = new Set<FrameTask>();
/** Those of the frame under way whose turn has not come. */
let running = new Set<FrameTask>();
let frame = 0;

/** Runs the task on the next frame, once, however often it is called before. */
export function wake(task: FrameTask): void {
  due.add(task);
  frame ||= requestAnimationFrame(run);
}

/** Removes the task. The loop stops with the last one. */
export function rest(task: FrameTask): void {
  due.delete(task);
  running.delete(task); // another task of this frame may end this one
  if (due.size > 0 || frame === 0) return;
  cancelAnimationFrame(frame);
  frame = 0;
}

function run(now: number): void {
  running = new Set(due);
  due.clear();
  frame = 0;
  for (const task of running) {
    try {
      if (task(now)) wake(task);
    } catch (error) {
      reportError(error); // one task that fails must not stop the others
    }
  }
}
