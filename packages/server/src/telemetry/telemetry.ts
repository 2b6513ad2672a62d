import type { FastifyInstance } from 'fastify'
import { destination, type Logger, pino } from 'pino'
import type { Login, LoginVerdict } from '../credentials/authenticate.ts'
import type { ObservesGateway } from '../device-gateway/session-ports.ts'
import type { EndpointObserver } from '../mqtt-endpoint/endpoint-observer.ts'
import type { MqttEndpoint } from '../mqtt-endpoint/mqtt-endpoint.ts'
import type { AnsweredRequest } from '../rest-api/rest-pipeline.ts'
import type { ObservableStore } from '../store/open-store.ts'

export interface Telemetry {
  readonly log: Logger
  readonly gatewayObserver: ObservesGateway
  readonly endpointObserver: EndpointObserver
  readonly onLogin: (login: Login, verdict: LoginVerdict) => void
  readonly onRequestAnswered: (request: AnsweredRequest) => void
  serve(http: FastifyInstance, parts: { store: ObservableStore; endpoint: MqttEndpoint }): void
  ready(): void
  draining(): void
}

export function buildTelemetry({ level }: { level: string }): Telemetry {
  const log: Logger = pino({ level }, destination({ dest: 2, sync: true }))
  let isReady = false
  return {
    log,
    gatewayObserver: {
      rowHandled() {},
      publishTaken() {},
      duplicateSuppressed() {},
      operationSent() {},
      operationAcknowledged() {},
      errorLineDropped() {},
      failed(activity, error) {
        log.error({ err: error, activity }, 'failed')
      },
    },
    endpointObserver: {
      onConnectRefused: (r) => log.info(r, 'connect refused'),
      onConnectionClosed: (c) => log.info(c, 'connection closed'),
      onFailure: ({ error, ...f }) => log.error({ ...f, err: error }, 'endpoint failure'),
    },
    onLogin() {},
    onRequestAnswered() {},
    serve(http) {
      http.get('/health/live', () => ({ status: 'UP' }))
      http.get('/health/ready', (_, reply) =>
        reply.code(isReady ? 200 : 503).send({ status: isReady ? 'UP' : 'DOWN' }),
      )
    },
    ready() {
      isReady = true
    },
    draining() {
      isReady = false
    },
  }
}
