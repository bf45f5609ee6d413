/** What a page loads with its first document. Re-exports only. */
export { DocumentsInRoom, newDoc } from './in-room.js';
export { openDocument } from './open.js';
