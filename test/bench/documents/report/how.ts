/** How the figures of documents were made: the end of docs/benchmarks-documents.md. */

export const HOW = `## How to read it

- **Rounds**: the systems take turns, and each round begins with another one. The tables show medians of the rounds; a
  ratio is the median of the ratios within a round. Servers are processes of their own. Everything is on one machine, so
  the server, the people and the network share its processors.
- **Stores**: y-websocket keeps each update in y-leveldb, its own store. Hocuspocus has no store that comes as plain
  JavaScript; hooks load and store the whole document as one file, as its \`extension-database\` does, with its own
  timing (2 s after the last change, 10 s at most). Slate keeps its history in JetStream. Raw nats.ws keeps nothing.
- **Typing**: each person inserts one character at a time at the end of a text of their own, two processes hold all
  people, and the time is taken before the insert and in \`afterTransaction\` of every other document. 1.5 s of typing
  before are not counted. *Delivered* counts keystrokes that reached another person within 10 s of the end; *equal
  after* is how long after the last keystroke all documents were equal, deletes included, as looked at every 20 ms.
- **Bytes of a keystroke**: 40 keystrokes, 8 a second; one person types and another looks on. A *payload* is a WebSocket
  message of y-websocket and Hocuspocus, and a NATS message's payload. The *line* is what a TCP proxy counts in both
  directions: frame headers, protocol text, acknowledgements.
- **What the history takes**: what one typist gives to the store. An hour is what was measured in a minute of typing at
  8 a second (8 s in a quick run), times 60. Hocuspocus stores the whole document each time, so that its hour is more
  than that: each minute of typing makes the document larger. Bytes on the disk count what the store's files grew by.
- **Opening a paper**: the keystrokes are played into an open document, 100 a transaction, and saved; Slate then names a
  version, which folds the history. *Cold*: the server has just started from its disk and nobody has the document open.
  *Warm*: somebody has it open. Each join is a new process, whose code no compiler has seen. It counts only if the whole
  text is there, character by character. *Synced* is what the system calls so, which may be earlier than the text. A
  copy of the store is opened each time, so that no join helps the next.
- **A history that nobody has folded** is written past the library. y-websocket folds after 500 updates whenever it
  opens a document, and Hocuspocus keeps no log, so they have no such row.
- **In a page**: a real Chromium, headless. A task is one of the page's main thread, by the clock, from the call that
  opens the document to the whole text, in a page at rest that draws nothing. The heap is measured after collecting
  garbage.
- y-indexeddb is not part of it.
`;
