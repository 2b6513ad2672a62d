import { setTimeout as pause } from 'node:timers/promises'
import type {
  WireEvents,
  WirePacketRepresentation,
  WireRepresentation,
} from '@pileus/rest-contract'
import { PlatformUnreachable, RestRefusal } from '@pileus/rest-contract'
import { Command } from 'commander'
import { durationOption } from './duration-option.ts'
import type { ReceivedEvent } from './event-stream.ts'
import { CommandFailure } from './exit-codes.ts'
import { addHelpSections } from './help-text.ts'
import { listenForInterruption } from './interruption.ts'
import {
  addOperatorOptions,
  type OperatorOptions,
  type OperatorRest,
  openOperatorRest,
  operatorVariables,
} from './operator.ts'
import { columnsOf, printLines, type Terminal } from './terminal.ts'
import { renderLost, renderPacket, renderState } from './wire-view.ts'

interface WireOptions extends OperatorOptions {
  readonly errorsOnly?: true
  readonly json?: true
  /** In ms. */
  readonly since?: number
}

/** Shown of what was before, unless somebody asks for more. */
const shownBefore = 10
const retryMsMin = 500
const retryMsMax = 5000

/** Follows what a device says and hears, decoded (console §5.21). */
export function wireCommand(terminal: Terminal): Command {
  const command = new Command('wire')
    .description('Shows every packet of a device as it comes, decoded, with what became of it.')
    .argument('<device>', 'id of the device, as in its ClientId')
    .option('--errors-only', 'only what failed or was refused')
    .addOption(durationOption('--since <duration>', 'begin with what is kept of so long'))
    .option('--json', 'a JSON document a line, for programs')
    .action(async (device: string, options: WireOptions) => {
      const operator = await openOperatorRest(options, terminal)
      await new WireFollower(operator, device, options, terminal).run(listenForInterruption())
    })
  return addHelpSections(addOperatorOptions(command), {
    examples: [
      ['pileus wire pump-1', 'what it says from now on, after its last ten packets'],
      ['pileus wire pump-1 --errors-only', 'only what goes wrong'],
      ['pileus wire pump-1 --since 10min', 'beginning with the last ten minutes'],
      ['pileus wire pump-1 --json >> pump-1.jsonl', 'for programs'],
    ],
    variables: operatorVariables,
    notes: [
      'The platform keeps all packets of a device for an hour after somebody looked; before that, only its errors and how its connections ended. Credentials are never shown.',
    ],
  })
}

class WireFollower {
  readonly #operator: OperatorRest
  readonly #device: string
  readonly #options: WireOptions
  readonly #terminal: Terminal
  /** `seq` of the last packet that was shown. */
  #position: number | undefined
  /** When it was. */
  #lastSeen: string | undefined
  #isConnected: boolean | undefined

  constructor(operator: OperatorRest, device: string, options: WireOptions, terminal: Terminal) {
    this.#operator = operator
    this.#device = device
    this.#options = options
    this.#terminal = terminal
  }

  /** Until Ctrl-C. */
  async run(signal: AbortSignal): Promise<void> {
    this.#showBefore(await this.#operator.call((rest) => this.#read(rest, signal)))
    let waitMs = retryMsMin
    let isAway = false
    while (!signal.aborted) {
      try {
        for await (const event of await this.#openStream(signal)) {
          if (isAway) this.#say('good', 'The platform is back.')
          isAway = false
          waitMs = retryMsMin
          this.#show(event)
        }
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof PlatformUnreachable) && !isBusy(error)) {
          throw await this.#explained(error)
        }
        if (!isAway) this.#say('warning', 'The platform is away. Trying again until it is back.')
        isAway = true
      }
      await pause(waitMs, undefined, { signal }).catch(() => {})
      waitMs = Math.min(waitMs * 2, retryMsMax)
    }
  }

  /** With the words of every other command. */
  async #explained(error: unknown): Promise<unknown> {
    return await this.#operator
      .call(() => Promise.reject(error))
      .then(
        () => error,
        (explained: unknown) => explained,
      )
  }

  async #read(rest: OperatorRest['rest'], signal: AbortSignal): Promise<WireRepresentation> {
    try {
      const { errorsOnly } = this.#options
      return await rest.get('/service/console/wire', {
        query: { clientId: this.#device, ...(errorsOnly && { errorsOnly }) },
        signal,
      })
    } catch (error) {
      if (error instanceof RestRefusal && error.status === 422) {
        throw new CommandFailure('refused', error.message)
      }
      throw error
    }
  }

  #showBefore({ packets, next, state }: WireRepresentation): void {
    const { since } = this.#options
    const shown =
      since === undefined
        ? packets.slice(-shownBefore)
        : packets.filter(({ time }) => Date.parse(time) >= Date.now() - since)
    for (const packet of shown) this.#showPacket(packet)
    this.#position = next
    if (state !== undefined) this.#showState(state)
  }

  #openStream(signal: AbortSignal): Promise<AsyncIterable<ReceivedEvent>> {
    const query = new URLSearchParams({ clientId: this.#device })
    if (this.#options.errorsOnly) query.set('errorsOnly', 'true')
    if (this.#position !== undefined) query.set('since', String(this.#position))
    return this.#operator.openEvents(`/service/console/wire/stream?${query.toString()}`, signal)
  }

  #show({ name, id, data }: ReceivedEvent): void {
    const content: unknown = JSON.parse(data)
    switch (name as keyof WireEvents) {
      case 'packet':
        this.#showPacket(content as WirePacketRepresentation)
        if (id !== '') this.#position = Number(id)
        return
      case 'state':
        return this.#showState(content as WireEvents['state'])
      case 'lost':
        return this.#showLost(content as WireEvents['lost'])
      // The stream ends with it, and begins again.
      case 'error':
        return
    }
  }

  #showPacket(packet: WirePacketRepresentation): void {
    this.#lastSeen = packet.time
    this.#print(packet, () =>
      renderPacket(packet, { columns: columnsOf(this.#terminal), paint: this.#terminal.paint }),
    )
  }

  #showLost(lost: WireEvents['lost']): void {
    this.#print({ lost }, (paint) => [renderLost(lost, this.#lastSeen, paint)])
  }

  #showState(state: WireEvents['state']): void {
    if (state.isConnected === this.#isConnected) return
    this.#isConnected = state.isConnected
    this.#print({ state }, (paint) => [renderState(state, paint)])
  }

  /** Beside the packets, so that programs are not disturbed. */
  #say(style: 'good' | 'warning', text: string): void {
    const { errors, paintErrors } = this.#terminal
    printLines(errors, [paintErrors(style, `… ${text}`)])
  }

  #print(document: object, render: (paint: Terminal['paint']) => readonly string[]): void {
    const { output, paint } = this.#terminal
    if (this.#options.json) output.write(`${JSON.stringify(document)}\n`)
    else printLines(output, render(paint))
  }
}

/** It may have room for one more reader later. */
function isBusy(error: unknown): boolean {
  return error instanceof RestRefusal && (error.status === 429 || error.status >= 500)
}
