/** What `slate tail` says of a message. Types only. */
export interface Description {
  /**
   * `event`, `json`, `text`, `bytes` or `empty`; from rooms `state`, `heartbeat`, `unreachable`, `ask`, `cursors` or
   * `probe`; from documents what `describeDocument` says; `bad` for what cannot be decoded.
   */
  readonly kind: string;
  /** The whole content, as JSON can hold it. */
  readonly data: unknown;
  /** The same in words, where JSON would be hard to read. */
  readonly words?: string;
}
