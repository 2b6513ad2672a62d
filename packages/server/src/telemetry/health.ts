/** What a check found; `detail` is one sentence for the operator. */
export type Finding =
  | { readonly isHealthy: true; readonly detail?: string }
  | { readonly isHealthy: false; readonly detail: string }

/** Looks at one thing that the platform cannot do without. */
export type HealthCheck = () => Finding | Promise<Finding>

export interface CheckState {
  readonly state: 'ok' | 'failing'
  /** Since when it has been in this state, ISO 8601. */
  readonly since: string
  readonly detail?: string
}

/** An HTTP answer. */
export interface HealthAnswer<Body> {
  readonly status: 200 | 503
  readonly body: Body
}

export interface ReadyBody {
  readonly status: 'ready' | 'notReady'
  readonly checks: Readonly<Record<string, CheckState>>
}

/** How long a check may take before it counts as failing. */
const checkTimeoutMs = 2000

/** What `/health/live` and `/health/ready` say (reliability ). */
export class Health {
  readonly #checks: ReadonlyMap<string, HealthCheck>
  readonly #now: () => number
  readonly #onChange: (name: string, state: CheckState) => void
  readonly #states = new Map<string, CheckState>()

  constructor(parts: {
    readonly checks: Readonly<Record<string, HealthCheck>>
    readonly now: () => number
    readonly onChange?: (name: string, state: CheckState) => void
  }) {
    this.#checks = new Map(Object.entries(parts.checks))
    this.#now = parts.now
    this.#onChange = parts.onChange ?? (() => {})
  }

  /** Whoever gets this answer has shown that the event loop turns. */
  live(): HealthAnswer<{ readonly status: 'live' }> {
    return { status: 200, body: { status: 'live' } }
  }

  /** 200 when every check passes; the body names each with its state. */
  async ready(): Promise<HealthAnswer<ReadyBody>> {
    const entries = await Promise.all(
      [...this.#checks].map(async ([name, check]) => {
        const state = this.#stateAfter(name, await findingOf(check))
        return [name, state] as const
      }),
    )
    const isReady = entries.every(([, { state }]) => state === 'ok')
    return {
      status: isReady ? 200 : 503,
      body: { status: isReady ? 'ready' : 'notReady', checks: Object.fromEntries(entries) },
    }
  }

  #stateAfter(name: string, { isHealthy, detail }: Finding): CheckState {
    const known = this.#states.get(name)
    const state = isHealthy ? 'ok' : 'failing'
    const isChanged = known?.state !== state
    const since = isChanged ? new Date(this.#now()).toISOString() : known.since
    const next = { state, since, ...(detail === undefined ? {} : { detail }) } as const
    this.#states.set(name, next)
    if (isChanged && known !== undefined) this.#onChange(name, next)
    return next
  }
}

/** A check that throws or hangs has found something, too. */
async function findingOf(check: HealthCheck): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve({ isHealthy: false, detail: `No answer in ${checkTimeoutMs} ms.` })
    }, checkTimeoutMs)
  })
  try {
    return await Promise.race([check(), timeout])
  } catch (error) {
    return { isHealthy: false, detail: error instanceof Error ? error.message : 'It failed.' }
  } finally {
    clearTimeout(timer)
  }
}
