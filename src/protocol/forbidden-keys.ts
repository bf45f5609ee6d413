/** D2: the keys that could change what an object is. Values from the network lose them before a page sees them. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = /* @__PURE__ */ new Set(['__proto__', 'constructor', 'prototype']);
