import type { DomainEvent, JsonObject } from '@pileus/domain'
import {
  documentOfAlarm,
  documentOfEvent,
  documentOfManagedObject,
  documentOfMeasurement,
  documentOfOperation,
} from '@pileus/domain'
import type { TracesMessage } from '../device-gateway/session-ports.ts'
import { type Effect, effectOf } from '../wire/effects.ts'

/** An effect with what it would leave behind. */
export interface RecordedEffect extends Effect {
  readonly body?: JsonObject
}

/** Listens to rows being performed, and keeps their effects by the place of the row. */
export class EffectRecorder implements TracesMessage {
  readonly #effects = new Map<number, RecordedEffect[]>()
  readonly #onEffect: (characters: number) => void
  #place = 0

  /** `onEffect` hears how much JSON each one is, and ends the run by throwing. */
  constructor(onEffect: (characters: number) => void) {
    this.#onEffect = onEffect
  }

  effectsAt(place: number): readonly RecordedEffect[] {
    return this.#effects.get(place) ?? []
  }

  announced(event: DomainEvent): void {
    const effect = effectOf(event)
    if (effect === undefined) return
    const body = documentBehind(event)
    this.#onEffect(body === undefined ? 0 : JSON.stringify(body).length)
    const recorded = body === undefined ? effect : { ...effect, body }
    const effects = this.#effects.get(this.#place)
    if (effects === undefined) this.#effects.set(this.#place, [recorded])
    else effects.push(recorded)
  }

  rowDone(place: number): void {
    this.#place = place + 1
  }

  started(): void {}
  answering(): void {}
  answered(): void {}
}

function documentBehind(event: DomainEvent): JsonObject | undefined {
  switch (event.kind) {
    case 'managedObjectCreated':
    case 'managedObjectUpdated':
      return documentOfManagedObject(event.managedObject)
    case 'installedSoftwareSet':
      return { items: event.items }
    case 'measurementCreated':
      return documentOfMeasurement(event.measurement)
    case 'eventCreated':
    case 'eventUpdated':
      return documentOfEvent(event.event)
    case 'alarmCreated':
    case 'alarmUpdated':
      return documentOfAlarm(event.alarm)
    case 'operationCreated':
    case 'operationUpdated':
      return documentOfOperation(event.operation, undefined)
    default:
      return undefined
  }
}
