const undoings = new Set<() => void>()
let isWatching = false

/**
 * Has `undo` run when this process ends, also by a signal or an error.
 *
 * `undo` must do its work synchronously. Gives the function that takes it back, for whoever has
 * cleaned up in the ordinary way.
 */
export function undoAtExit(undo: () => void): () => void {
  watch()
  undoings.add(undo)
  return () => undoings.delete(undo)
}

function watch(): void {
  if (isWatching) return
  isWatching = true
  process.on('exit', () => {
    for (const undo of undoings) undo()
  })
  // A signal alone would end the process without the event above.
  process.on('SIGINT', () => process.exit(130))
  process.on('SIGTERM', () => process.exit(143))
}
