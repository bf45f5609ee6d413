/** What the page writes into its trace: before it opens the document, and when it has the whole text. */
export const BEGIN_MARK = 'document-begin';
export const END_MARK = 'document-end';
