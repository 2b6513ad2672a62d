import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  Actor,
  Credentials,
  DeviceIdentifier,
  ProblemCode,
  RegistrationStatus,
  TokenPolicy,
} from '@pileus/domain'
import {
  acceptAllRegistrations,
  acceptRegistration,
  actorOf,
  adminsGroupId,
  completeRegistration,
  deleteRegistration,
  deleteUser,
  expireRegistrations,
  pollRegistration,
  pollsKeptMax,
  registerDevice,
} from '@pileus/domain'
import { firstTenant, secondTenant } from '@pileus/testing'
import fc from 'fast-check'
import type { Rules } from './rules.fixture.ts'
import { aUser, openRules, putObject, ReadableSecrets } from './rules.fixture.ts'

const id = 'meter-8' as DeviceIdentifier
const userName = 'device_meter-8'
const operator = actorOf(aUser('mira', { groupIds: [adminsGroupId] }))
const seconds = 1000
const minutes = 60 * seconds
const hours = 60 * minutes

interface Asked {
  readonly id?: string
  readonly token?: string
  readonly from?: string
  readonly canReceive?: boolean
}

/** A course of registration: every step is one unit of work, as on the platform. */
class Course implements AsyncDisposable {
  readonly rules: Rules = openRules()
  readonly secrets = new ReadableSecrets()

  async register(identifier = 'meter-8', tenantId = firstTenant): Promise<ProblemCode | 'done'> {
    const given = { deviceIdentifier: identifier, customProperties: {} }
    return codeOf(await this.rules.run((unit) => registerDevice(unit, operator, given), tenantId))
  }

  /** Credentials, `undefined` for silence, or the code of a refusal. */
  async poll(asked: Asked = {}): Promise<Credentials | ProblemCode | undefined> {
    const { token, from = '10.0.0.7', canReceive = true } = asked
    const result = await this.rules.run((unit) =>
      pollRegistration(unit, this.secrets, {
        deviceIdentifier: (asked.id ?? id) as DeviceIdentifier,
        ...(token === undefined ? {} : { token }),
        address: from,
        canReceive,
        answerIntervalMs: 5 * seconds,
      }),
    )
    return result.ok ? result.value : result.problem.code
  }

  async accept(
    options: { readonly token?: string; readonly force?: boolean; readonly actor?: Actor } = {},
  ): Promise<ProblemCode | 'done'> {
    const { token, force = false, actor = operator } = options
    const acceptance = { force, ...(token === undefined ? {} : { token }) }
    return codeOf(
      await this.rules.run((unit) => acceptRegistration(unit, this.secrets, actor, id, acceptance)),
    )
  }

  async setPolicy(value: TokenPolicy): Promise<void> {
    const option = { category: 'device-registration', key: 'security-token.policy', value }
    await this.rules.run((unit) => unit.repository.saveTenantOption(option))
  }

  /** Logs in with a password, as the gateway does; `false` when it is not the user's. */
  async logIn(password: string): Promise<boolean> {
    const user = await this.user()
    const isRight =
      user?.secretHash === this.secrets.hashDeviceSecret(firstTenant, userName, password)
    if (isRight) await this.rules.run((unit) => completeRegistration(unit, id))
    return isRight
  }

  wait(ms: number): void {
    this.rules.clock.advance(ms)
  }

  async status(): Promise<RegistrationStatus | undefined> {
    return (await this.rules.store.instanceReader.findRegistrationRequest(id))?.status
  }

  user() {
    return this.rules.store.reader(firstTenant).findUser(userName)
  }

  /** Registered, asked, accepted. */
  async untilAccepted(): Promise<void> {
    await this.register()
    await this.poll()
    assert.equal(await this.accept(), 'done')
    this.wait(5 * seconds)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.rules[Symbol.asyncDispose]()
  }
}

function codeOf(result: {
  readonly ok: boolean
  readonly problem?: { readonly code: ProblemCode }
}): ProblemCode | 'done' {
  return result.problem?.code ?? 'done'
}

function passwordOf(answer: Credentials | ProblemCode | undefined): string {
  assert.ok(typeof answer === 'object', `credentials instead of ${answer}`)
  return answer.password
}

describe('registering', () => {
  test('is refused while the id is open in any tenant, or has a user in this one', async () => {
    await using course = new Course()
    assert.equal(await course.register(), 'done')
    assert.equal(await course.register(), 'registrationNotUnique')
    assert.equal(await course.register('meter-8', secondTenant), 'registrationNotUnique')
    await course.rules.run((unit) => deleteRegistration(unit, id))
    await course.rules.run((unit) => unit.repository.saveUser(aUser(userName)))
    assert.equal(await course.register(), 'registrationNotUnique')
    assert.equal(await course.register('meter-8', secondTenant), 'done')
  })

  for (const text of ['', 'a b', 'a/b', 'd:x', 'x'.repeat(248)]) {
    test(`is refused for the id ${JSON.stringify(text.slice(0, 20))}`, async () => {
      await using course = new Course()
      assert.equal(await course.register(text), 'deviceIdentifierInvalid')
    })
  }

  test('distinguishes upper and lower case', async () => {
    await using course = new Course()
    await course.register()
    assert.equal(await course.poll({ id: 'METER-8' }), undefined)
    assert.equal(await course.status(), 'WAITING_FOR_CONNECTION')
  })

  test('can be taken back in every state, and is nobody else’s business', async () => {
    await using course = new Course()
    await course.untilAccepted()
    const foreign = await course.rules.run((unit) => deleteRegistration(unit, id), secondTenant)
    assert.equal(codeOf(foreign), 'registrationUnknown')
    assert.equal(codeOf(await course.rules.run((unit) => deleteRegistration(unit, id))), 'done')
    assert.equal(await course.poll(), undefined)
    assert.equal(await course.user(), undefined)
  })
})

describe('asking', () => {
  test('stores nothing for an id that nobody expects', async () => {
    await using course = new Course()
    for (let poll = 0; poll < 20; poll++) {
      assert.equal(await course.poll({ id: `unknown-${poll}` }), undefined)
    }
    const { instanceReader } = course.rules.store
    assert.equal(await instanceReader.countRegistrationRequests({ tenantId: firstTenant }), 0)
    await new Promise(setImmediate)
    assert.deepEqual(course.rules.events, [])
  })

  for (const token of ['short', 'x'.repeat(7), 'x'.repeat(129)]) {
    test(`with a token of ${token.length} characters is refused and has no effect`, async () => {
      await using course = new Course()
      await course.register()
      assert.equal(await course.poll({ token }), 'securityTokenInvalid')
      assert.equal(await course.status(), 'WAITING_FOR_CONNECTION')
    })
  }

  test('hands nothing out, and uses nothing up, where no answer would arrive', async () => {
    await using course = new Course()
    await course.untilAccepted()
    assert.equal(await course.poll({ canReceive: false }), undefined)
    assert.equal(await course.user(), undefined)
    assert.ok(await course.logIn(passwordOf(await course.poll())))
  })

  test('leaves a diary of the last fifty times, answered or not', async () => {
    await using course = new Course()
    await course.register()
    const diary = async () =>
      (await course.rules.store.instanceReader.findRegistrationRequest(id))?.polls ?? []
    const startedAt = course.rules.clock.now()
    await course.poll()
    course.wait(5 * seconds)
    await course.poll({ token: 'right-token', from: '10.0.0.8' })
    await course.poll({ token: 'short' })
    assert.deepEqual(await diary(), [
      { time: startedAt, address: '10.0.0.7', hasToken: false },
      { time: startedAt + 5 * seconds, address: '10.0.0.8', hasToken: true },
    ])
    assert.equal(await course.accept({ token: 'right-token' }), 'done')
    await course.poll({ canReceive: false })
    await course.poll({ token: 'right-token', from: '10.0.0.8' })
    assert.equal((await diary()).length, 4)
    for (let count = 1; count <= pollsKeptMax; count++) {
      await course.poll({ from: `10.0.1.${count}` })
    }
    const kept = await diary()
    assert.equal(kept.length, pollsKeptMax)
    assert.equal(kept[0]?.address, '10.0.1.1')
    assert.equal(kept.at(-1)?.address, `10.0.1.${pollsKeptMax}`)
  })

  test('leaves no trace while the request is blocked', async () => {
    await using course = new Course()
    await course.register()
    await course.poll({ token: 'right-token' })
    for (let count = 0; count < 5; count++) await course.accept({ token: 'wrong-token' })
    assert.equal(await course.status(), 'BLOCKED')
    const { instanceReader } = course.rules.store
    const before = await instanceReader.findRegistrationRequest(id)
    await course.poll({ token: 'right-token' })
    assert.deepEqual(await instanceReader.findRegistrationRequest(id), before)
  })

  test('is answered at most every five seconds, also when the clock was set back', async () => {
    await using course = new Course()
    await course.untilAccepted()
    const first = passwordOf(await course.poll())
    course.wait(4 * seconds)
    assert.equal(await course.poll(), undefined)
    course.wait(1 * seconds)
    const second = passwordOf(await course.poll())
    course.wait(-1 * hours)
    const third = passwordOf(await course.poll())
    assert.deepEqual([await course.logIn(first), await course.logIn(second)], [false, false])
    assert.equal(await course.logIn(third), true)
  })

  test('from many at once gives one password that works', async () => {
    await using course = new Course()
    await course.untilAccepted()
    const answers = await Promise.all(Array.from({ length: 50 }, () => course.poll()))
    const given = answers.filter((answer) => answer !== undefined)
    assert.equal(given.length, 1)
    assert.equal(await course.logIn(passwordOf(given[0])), true)
  })

  test('after the first login is met with silence', async () => {
    await using course = new Course()
    await course.untilAccepted()
    await course.logIn(passwordOf(await course.poll()))
    course.wait(5 * seconds)
    assert.equal(await course.poll(), undefined)
    assert.equal(await course.status(), undefined)
  })

  test('makes a user with the groups, the owner and the expectations of its request', async () => {
    await using course = new Course()
    const given = { deviceIdentifier: id, name: 'Hall 2', type: 'acme_Meter', customProperties: {} }
    await course.rules.run((unit) => registerDevice(unit, operator, given))
    await course.poll()
    await course.accept({ actor: { ...operator, userName: 'paul' } })
    await course.poll()
    const user = await course.user()
    assert.deepEqual(
      [user?.tenantId, user?.groupIds, user?.owner, user?.expectedDevice],
      [firstTenant, [3], 'paul', { name: 'Hall 2', type: 'acme_Meter' }],
    )
  })
})

describe('requests expire', () => {
  const cases = [
    { name: 'after seven days of waiting', afterMs: 7 * 24 * hours, until: 'registered' },
    { name: 'after a day of pending', afterMs: 24 * hours, until: 'asked' },
    { name: 'ten minutes after the hand-out', afterMs: 10 * minutes, until: 'handedOut' },
  ] as const
  for (const { name, afterMs, until } of cases) {
    test(name, async () => {
      await using course = new Course()
      await course.register()
      if (until !== 'registered') await course.poll()
      if (until === 'handedOut') {
        await course.accept()
        assert.ok(await course.poll())
      }
      course.wait(afterMs)
      assert.equal(await course.rules.run(expireRegistrations), 0)
      course.wait(1)
      assert.equal(await course.rules.run(expireRegistrations), 1)
      assert.equal(await course.status(), undefined)
    })
  }

  test('not later because the device keeps asking for another password', async () => {
    await using course = new Course()
    await course.untilAccepted()
    for (let minute = 0; minute < 10; minute++) {
      assert.ok(await course.poll())
      course.wait(1 * minutes)
    }
    course.wait(1)
    assert.equal(await course.poll(), undefined)
    assert.equal(await course.status(), undefined)
  })

  test('never while they are accepted and the device is still to come', async () => {
    await using course = new Course()
    await course.untilAccepted()
    course.wait(365 * 24 * hours)
    assert.equal(await course.rules.run(expireRegistrations), 0)
    assert.ok(await course.poll())
  })

  test('although many accepted ones stand before them', async () => {
    await using course = new Course()
    await course.untilAccepted()
    const accepted = await course.rules.store.instanceReader.findRegistrationRequest(id)
    assert.ok(accepted)
    await course.rules.run(async ({ instance }) => {
      for (let index = 0; index < 1500; index++) {
        const deviceIdentifier = `other-${index}` as DeviceIdentifier
        await instance.saveRegistrationRequest({ ...accepted, deviceIdentifier, statusSince: 0 })
      }
    })
    await course.poll()
    course.wait(11 * minutes)
    assert.equal(await course.rules.run(expireRegistrations), 1)
    assert.equal(await course.status(), undefined)
  })

  test('and are looked for on the way', async () => {
    await using course = new Course()
    await course.register()
    course.wait(8 * 24 * hours)
    assert.equal(await course.poll(), undefined)
    assert.equal(await course.accept(), 'registrationUnknown')
    assert.equal(await course.register('meter-8', secondTenant), 'done')
  })
})

describe('accepting', () => {
  test('is refused before the device has asked, and changes nothing when repeated', async () => {
    await using course = new Course()
    assert.equal(await course.accept(), 'registrationUnknown')
    await course.register()
    assert.equal(await course.accept(), 'registrationWaiting')
    await course.poll()
    assert.deepEqual([await course.accept(), await course.accept()], ['done', 'done'])
  })

  const right = 'token-of-device'
  const wrong = 'token-of-nobody'
  const cases: readonly {
    readonly policy: TokenPolicy
    readonly sent?: string
    readonly given?: string
    readonly code: ProblemCode | 'done'
  }[] = [
    { policy: 'IGNORED', sent: right, given: wrong, code: 'done' },
    { policy: 'IGNORED', sent: right, code: 'done' },
    { policy: 'OPTIONAL', sent: right, given: right, code: 'done' },
    { policy: 'OPTIONAL', sent: right, given: wrong, code: 'registrationTokenWrong' },
    { policy: 'OPTIONAL', sent: right, code: 'registrationTokenWrong' },
    { policy: 'OPTIONAL', given: wrong, code: 'done' },
    { policy: 'OPTIONAL', code: 'done' },
    { policy: 'REQUIRED', sent: right, given: right, code: 'done' },
    { policy: 'REQUIRED', sent: right, given: wrong, code: 'registrationTokenWrong' },
    { policy: 'REQUIRED', given: wrong, code: 'registrationTokenRequired' },
    { policy: 'REQUIRED', code: 'registrationTokenRequired' },
  ]
  for (const { policy, sent, given, code } of cases) {
    const device = sent === undefined ? 'without token' : 'with its token'
    const input = given === undefined ? 'none' : given === right ? 'the same' : 'another one'
    test(`under ${policy}, a device ${device}, the operator with ${input}: ${code}`, async () => {
      await using course = new Course()
      await course.setPolicy(policy)
      await course.register()
      await course.poll(sent === undefined ? {} : { token: sent })
      assert.equal(await course.accept(given === undefined ? {} : { token: given }), code)
    })
  }

  test('after five wrong tokens blocks the request for good', async () => {
    await using course = new Course()
    await course.register()
    await course.poll({ token: right })
    for (let attempt = 1; attempt <= 5; attempt++) {
      assert.equal(await course.status(), 'PENDING_ACCEPTANCE')
      assert.equal(await course.accept({ token: wrong }), 'registrationTokenWrong')
    }
    assert.equal(await course.status(), 'BLOCKED')
    assert.equal(await course.accept({ token: right, force: true }), 'registrationBlocked')
    assert.equal(await course.poll({ token: right }), undefined)
    assert.equal(await course.register(), 'registrationNotUnique')
  })

  test('a newer token takes the place of the older one; the accepted one fetches', async () => {
    await using course = new Course()
    await course.register()
    await course.poll({ token: 'older-token' })
    await course.poll({ token: right })
    await course.poll()
    assert.equal(await course.accept({ token: right }), 'done')
    for (const token of [undefined, 'older-token', wrong]) {
      assert.equal(await course.poll(token === undefined ? {} : { token }), undefined)
    }
    assert.ok(await course.poll({ token: right }))
  })

  test('a device that exists and belongs to another device needs force', async () => {
    await using course = new Course()
    await course.rules.run((unit) => putObject(unit, 'meter-8', { owner: 'device_squatter' }))
    await course.register()
    await course.poll()
    assert.equal(await course.accept(), 'deviceOwnedByOther')
    const weak = { ...operator, permissions: new Set(['ROLE_USER_MANAGEMENT_ADMIN'] as const) }
    assert.equal(await course.accept({ force: true, actor: weak }), 'deviceOwnedByOther')
    assert.equal(await course.accept({ force: true }), 'done')
    const [object] = await course.rules.store
      .reader(firstTenant)
      .listManagedObjects({}, { offset: 0, limit: 1 })
    assert.equal(object?.owner, userName)
  })

  test('all leaves out those that sent a token, and tells which were refused', async () => {
    await using course = new Course()
    for (const name of ['plain', 'token', 'waiting', 'contested']) await course.register(name)
    await course.poll({ id: 'plain' })
    await course.poll({ id: 'token', token: right })
    await course.poll({ id: 'contested', from: '10.0.0.1' })
    await course.poll({ id: 'contested', from: '10.0.0.2' })
    const accepted = await course.rules.run((unit) =>
      acceptAllRegistrations(unit, course.secrets, operator),
    )
    assert.deepEqual(
      accepted.map(({ deviceIdentifier, result }) => [deviceIdentifier, codeOf(result)]),
      [
        ['plain', 'done'],
        ['contested', 'registrationContested'],
      ],
    )
  })
})

describe('two addresses that ask for one id', () => {
  const home = { from: '10.0.0.7' }
  const rival = { from: '10.0.0.66' }

  test('within a minute are contested: a token or force is needed', async () => {
    await using course = new Course()
    await course.register()
    await course.poll(home)
    course.wait(59 * seconds)
    await course.poll(rival)
    assert.equal(await course.accept(), 'registrationContested')
    const weak = { ...operator, permissions: new Set(['ROLE_USER_MANAGEMENT_ADMIN'] as const) }
    assert.equal(await course.accept({ force: true, actor: weak }), 'registrationContested')
    assert.equal(await course.accept({ force: true }), 'done')
    // Handed to the most recent one at that moment only.
    assert.equal(await course.poll(home), undefined)
    assert.ok(await course.poll(rival))
  })

  test('a minute apart are one device that moved', async () => {
    await using course = new Course()
    await course.register()
    await course.poll(home)
    course.wait(60 * seconds)
    await course.poll(rival)
    assert.equal(await course.accept(), 'done')
    assert.ok(await course.poll(rival))
  })

  test('after acceptance: the other one waits until the accepted one is silent', async () => {
    await using course = new Course()
    await course.untilAccepted()
    assert.equal(await course.poll(rival), undefined)
    course.wait(60 * seconds)
    assert.ok(await course.poll(rival))
    assert.equal(await course.poll(home), undefined)
  })

  test('cannot push the accepted one out of memory', async () => {
    await using course = new Course()
    await course.untilAccepted()
    for (let host = 1; host < 20; host++) {
      assert.equal(await course.poll({ from: `10.0.1.${host}` }), undefined)
    }
    assert.ok(await course.poll(home))
  })

  test('after the hand-out: nobody else is answered, however silent the first one is', async () => {
    await using course = new Course()
    await course.untilAccepted()
    const password = passwordOf(await course.poll(home))
    course.wait(9 * minutes)
    assert.equal(await course.poll(rival), undefined)
    assert.equal(await course.logIn(password), true)
  })
})

describe('the user of a device', () => {
  test('that was deleted after the hand-out is not brought back by a poll', async () => {
    await using course = new Course()
    await course.untilAccepted()
    await course.poll()
    await course.rules.run((unit) => deleteUser(unit, userName))
    course.wait(5 * seconds)
    assert.equal(await course.poll(), undefined)
    assert.equal(await course.user(), undefined)
    assert.equal(await course.register(), 'done')
  })

  test('that was disabled after the hand-out stays disabled', async () => {
    await using course = new Course()
    await course.untilAccepted()
    await course.poll()
    const user = await course.user()
    assert.ok(user)
    await course.rules.run((unit) => unit.repository.saveUser({ ...user, enabled: false }))
    course.wait(5 * seconds)
    assert.equal(await course.poll(), undefined)
    assert.deepEqual(await course.user(), { ...user, enabled: false })
  })

  test('that somebody else made in the meantime is not taken over', async () => {
    await using course = new Course()
    await course.untilAccepted()
    const made = aUser(userName, { secretHash: 'of a person' })
    await course.rules.run((unit) => unit.repository.saveUser(made))
    assert.equal(await course.poll(), undefined)
    assert.deepEqual(await course.user(), made)
  })

  test('keeps its groups when a lost answer is repeated', async () => {
    await using course = new Course()
    await course.untilAccepted()
    await course.poll()
    const user = await course.user()
    assert.ok(user)
    await course.rules.run((unit) => unit.repository.saveUser({ ...user, groupIds: [3, 4] }))
    course.wait(5 * seconds)
    await course.poll()
    const after = await course.user()
    assert.deepEqual([after?.groupIds, after?.creationTime], [[3, 4], user.creationTime])
    assert.notEqual(after?.secretHash, user.secretHash)
  })

  test('loses its sessions with every new password', async () => {
    await using course = new Course()
    await course.untilAccepted()
    await course.poll()
    course.wait(5 * seconds)
    await course.poll()
    await new Promise(setImmediate)
    const ended = course.rules.events.filter(({ event }) => event.kind === 'userAccessChanged')
    assert.equal(ended.length, 2)
  })
})

describe('any course of events', () => {
  const addresses = ['10.0.0.7', '10.0.0.66', '10.0.0.67'] as const
  const aStep = fc.oneof(
    { weight: 2, arbitrary: fc.record({ do: fc.constant('register' as const) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('poll' as const),
        from: fc.constantFrom(...addresses),
        token: fc.constantFrom(undefined, undefined, 'token-one', 'token-two'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('accept' as const),
        force: fc.boolean(),
        token: fc.constantFrom(undefined, 'token-one', 'token-two'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.constantFrom(1 * seconds, 5 * seconds, 61 * seconds, 11 * minutes, 25 * hours),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('delete', 'deleteUser', 'logIn') }) },
  )

  test('leaves at most one password that works, with whom it was accepted for', async () => {
    let handedOut = 0
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 4, maxLength: 40 }), async (steps) => {
        await using course = new Course()
        const passwords: string[] = []
        /** What an observer may know of the request that is open. */
        let model: { readonly accepted: boolean; readonly winner?: string } = { accepted: false }
        for (const step of steps) {
          switch (step.do) {
            case 'register':
              if ((await course.register()) === 'done') model = { accepted: false }
              break
            case 'poll': {
              const { from, token } = step
              const answer = await course.poll(token === undefined ? { from } : { from, token })
              if (typeof answer === 'object') {
                assert.ok(model.accepted, 'nothing is handed out that was not accepted')
                assert.ok(model.winner === undefined || model.winner === from, 'one address only')
                assert.equal(answer.userName, userName)
                model = { ...model, winner: from }
                passwords.push(answer.password)
                handedOut++
              } else {
                assert.equal(answer, undefined)
              }
              break
            }
            case 'accept': {
              const { force, token } = step
              const acceptance = token === undefined ? { force } : { force, token }
              if ((await course.accept(acceptance)) === 'done') model = { ...model, accepted: true }
              break
            }
            case 'wait':
              course.wait(step.ms)
              break
            case 'delete':
              await course.rules.run((unit) => deleteRegistration(unit, id))
              break
            case 'deleteUser':
              await course.rules.run((unit) => deleteUser(unit, userName))
              break
            case 'logIn':
              await course.logIn(passwords.at(-1) ?? '')
              break
          }
          const user = await course.user()
          const working = passwords.filter(
            (password) =>
              user?.secretHash === course.secrets.hashDeviceSecret(firstTenant, userName, password),
          )
          // The newest works as long as there is a user, and there is none without a hand-out.
          assert.deepEqual(working, user === undefined ? [] : passwords.slice(-1))
        }
      }),
      { numRuns: 150 },
    )
    assert.ok(handedOut > 0, 'some courses reach the hand-out')
  })
})
