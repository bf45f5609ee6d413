/**
 * Lets fake timers reach lib0, whatever the order of the test files. lib0 keeps the function `Date.now` that it finds
 * when it is loaded, and the unit tests share their processes: so it gets one that asks the `Date` of the moment of the
 * call.
 */
const { now } = Date;
Date.now = () => new globalThis.Date().getTime();
await import('lib0/time');
Date.now = now;

export {};
