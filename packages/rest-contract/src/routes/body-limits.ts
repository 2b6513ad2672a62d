/** Every JSON body except the following (security §10.3). */
export const documentMaxBytes = 16 * 1024 * 1024
/** Managed objects: agents send software lists of several MiB (rest-api §1.1 rule 7). */
export const managedObjectMaxBytes = 8 * 1024 * 1024
