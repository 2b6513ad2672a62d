/** Every JSON body except the following (security §10.3). */
export const documentMaxBytes = 16 * 1024 * 1024
/** Managed objects: agents send software lists of several MiB (rest-api §1.1 rule 7). */
export const managedObjectMaxBytes = 8 * 1024 * 1024
/** A draft as large as a collection may be, a document, and rows (security §10.2). */
export const dryRunMaxBytes = 1024 * 1024
