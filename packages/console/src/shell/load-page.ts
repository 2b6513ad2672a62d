/** The code of a page did not come: the platform was away, or has another console by now. */
export class PageNotLoaded extends Error {
  override readonly name = 'PageNotLoaded'
}

/**
 * The module that `load` imports. Rejects with `PageNotLoaded`: browsers do not ask for a module
 * again that did not come, so that only another load of the whole console helps.
 */
export async function loadPage<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    throw new PageNotLoaded('The code of the page did not come.', { cause })
  }
}
