// Who may import whom: the table "The rule" of ARCHITECTURE.md as a closed list. What no row
// allows is an error, so a new folder may import nothing until somebody writes a row for it.
// tools/walls.test.ts proves that these rows are read and that they refuse.
import swcVisitor from '@swc/core/Visitor.js'

teachUsingDeclarations(swcVisitor.Visitor)

/** Tests, what they share or start, and measurements, beside the sources: they may import more. */
const besides = '[.](?:test|fixture|child|bench)[.]ts$'
const ours = (folder) => ({ path: `^${folder}/`, pathNot: besides })
const core = (...names) => ({
  path: `^(?:node:)?(?:${names.join('|')})$`,
  dependencyTypes: ['core'],
})
const anyCore = { dependencyTypes: ['core'] }
const npm = (...names) => ({ path: `(?:^|/)node_modules/(?:${names.join('|')})/` })

const smartrest = ours('packages/smartrest/src')
const mqttWire = ours('packages/mqtt-wire/src')
const domain = ours('packages/domain/src')
const restContract = ours('packages/rest-contract/src')
const deviceSdk = ours('packages/device-sdk/src')
const testing = ours('packages/testing/src')
const server = (folder) => ours(`packages/server/src/${folder}`)
const serverFile = (name) => ({ path: `^packages/server/src/${name}[.]ts$` })
/** The one kind of exception that says "the world broke a promise". */
const platformError = serverFile('platform-error')
/** Knows nothing but its bound. */
const generationCache = serverFile('generation-cache')
/** What the engines of the store have in common lies beside their folders. */
const storeCommon = { path: '^packages/server/src/store/[^/]+[.]ts$', pathNot: besides }

/** From these files, to each of those. The order is that of the arrows: inner parts first. */
const rows = [
  { from: smartrest, to: [smartrest] },
  { from: mqttWire, to: [mqttWire] },
  { from: domain, to: [domain] },
  { from: restContract, to: [restContract, domain, npm('typebox')] },

  {
    from: server('config'),
    to: [
      server('config'),
      server('credentials'),
      // Limits are configurable, and their defaults stand where they hold.
      serverFile('device-gateway/gateway-limits'),
      serverFile('mqtt-endpoint/limits'),
      serverFile('rest-api/http-limits'),
      domain,
      platformError,
      core('fs', 'fs/promises', 'net', 'path', 'url', 'util'),
    ],
  },
  {
    from: server('credentials'),
    to: [
      server('credentials'),
      domain,
      platformError,
      core('crypto', 'fs', 'path', 'util'),
      npm('jose'),
    ],
  },
  {
    from: server('mqtt-endpoint'),
    to: [
      server('mqtt-endpoint'),
      mqttWire,
      platformError,
      core('net', 'tls', 'http', 'stream'),
      npm('ws', '@types/ws'),
    ],
  },
  {
    from: server('device-gateway'),
    to: [
      server('device-gateway'),
      smartrest,
      domain,
      platformError,
      generationCache,
      core('buffer'),
    ],
  },
  {
    from: server('rest-api'),
    to: [
      server('rest-api'),
      restContract,
      domain,
      platformError,
      core('crypto', 'http', 'net', 'timers/promises', 'util', 'zlib'),
      npm('fastify', 'typebox'),
    ],
  },
  {
    from: server('console-site'),
    to: [
      server('console-site'),
      platformError,
      core('crypto', 'fs', 'fs/promises', 'path', 'util', 'zlib'),
      { ...npm('fastify'), dependencyTypes: ['type-only'] },
    ],
  },
  {
    from: server('wire'),
    to: [
      server('wire'),
      smartrest,
      restContract,
      domain,
      // It is told by these parts, and says with their words what it was told.
      { ...server('mqtt-endpoint'), dependencyTypes: ['type-only'] },
      { ...server('device-gateway'), dependencyTypes: ['type-only'] },
      serverFile('mqtt-endpoint/close-reasons'),
      serverFile('device-gateway/(?:client-id|route-topic|session-registry)'),
      serverFile('credentials/lru-map'),
      core('buffer', 'timers/promises'),
    ],
  },
  {
    from: server('dry-run'),
    to: [
      server('dry-run'),
      smartrest,
      restContract,
      domain,
      // The code that does rows, and what they are shown as.
      server('device-gateway'),
      serverFile('wire/effects'),
      // Whoever asks says how.
      { ...serverFile('rest-api/tries-rows'), dependencyTypes: ['type-only'] },
      core('buffer'),
    ],
  },
  { from: server('realtime'), to: [server('realtime'), restContract, domain, platformError] },
  { from: storeCommon, to: [storeCommon, domain, platformError] },
  {
    from: server('store/memory'),
    to: [server('store/memory'), storeCommon, domain, platformError],
  },
  {
    from: server('store/sqlite'),
    to: [
      server('store/sqlite'),
      storeCommon,
      server('store/migrations'),
      domain,
      platformError,
      generationCache,
      core('sqlite', 'fs', 'fs/promises', 'path', 'worker_threads', 'url'),
    ],
  },
  { from: server('store/migrations'), to: [server('store/migrations'), core('crypto')] },
  { from: server('bus/in-process'), to: [server('bus/in-process'), domain] },
  {
    from: server('telemetry'),
    to: [
      server('telemetry'),
      // It observes every part, and each part says as a type what there is to observe.
      { ...ours('packages/server/src'), dependencyTypes: ['type-only'] },
      { ...domain, dependencyTypes: ['type-only'] },
      platformError,
      core('fs', 'perf_hooks'),
      npm('pino', 'prom-client'),
      { ...npm('fastify'), dependencyTypes: ['type-only'] },
    ],
  },
  { from: serverFile('welcome-text'), to: [server('credentials')] },
  // The only two files that know everything.
  {
    from: serverFile('build-server'),
    to: [
      ours('packages/server/src'),
      smartrest,
      mqttWire,
      domain,
      restContract,
      anyCore,
      npm('fastify'),
    ],
  },
  { from: serverFile('run-server'), to: [ours('packages/server/src'), domain, anyCore] },
  { from: serverFile('main'), to: [serverFile('run-server')] },

  // On a device: the language and an MQTT client. Only one file knows that there is a disk.
  { from: ours('packages/device-sdk/src'), to: [deviceSdk, smartrest, anyCore, npm('mqtt')] },
  {
    from: ours('packages/cli/src'),
    to: [ours('packages/cli/src'), deviceSdk, restContract, smartrest, anyCore, npm('commander')],
  },
  { from: { path: '^packages/cli/src/serve[.]ts$' }, to: [ours('packages/server/src')] },
  { from: { path: '^packages/cli/bin/' }, to: [anyCore] },
  // In a browser: no module of Node, and of the server only what its answers look like.
  {
    from: ours('packages/console/src'),
    to: [
      ours('packages/console/src'),
      restContract,
      smartrest,
      npm('@tanstack/[^/]+', 'react', 'react-dom', 'react-aria-components', 'uplot'),
      npm('@types/react', '@types/react-dom'),
    ],
  },
  {
    from: { path: '^packages/console/vite[.]config[.]ts$' },
    to: [anyCore, npm('vite', '@vitejs/plugin-react')],
  },

  { from: testing, to: [testing, domain, anyCore] },
  // A test may import its own package and what that package may import.
  {
    from: { path: `^packages/([^/]+)/src/.+${besides}` },
    to: [
      { path: '^packages/$1/src/', pathNot: '[.](?:test|bench)[.]ts$' },
      testing,
      anyCore,
      npm('fast-check', 'mqtt-packet', 'json-p3'),
    ],
  },
  { from: { path: `^packages/rest-contract/src/.+${besides}` }, to: [domain, npm('typebox')] },
  {
    from: { path: `^packages/server/src/.+${besides}` },
    to: [smartrest, mqttWire, domain, restContract, npm('ws', '@types/ws', 'fastify')],
  },
  { from: { path: `^packages/(?:cli|console|device-sdk)/src/.+${besides}` }, to: [smartrest] },
  { from: { path: `^packages/(?:cli|console)/src/.+${besides}` }, to: [restContract] },

  // Scenarios and measurements know the server only from outside: its process and its sockets.
  // A load generator that is not to be the bottleneck speaks packets itself.
  {
    from: { path: '^e2e/' },
    to: [ours('e2e'), testing, deviceSdk, anyCore, npm('mqtt', 'mqtt-packet', 'playwright-core')],
  },
  {
    from: { path: '^bench/' },
    to: [ours('bench'), mqttWire, anyCore, npm('aedes', 'mqtt', 'mqtt-packet', 'playwright-core')],
  },
  // The golden cases run against the language and the rules, on the store in memory.
  {
    from: { path: '^tools/golden(?:/|[.]ts$)' },
    to: [mqttWire, server('device-gateway'), server('store/memory'), storeCommon],
  },
  {
    from: { path: '^tools/' },
    to: [
      ours('tools'),
      deviceSdk,
      smartrest,
      domain,
      restContract,
      testing,
      // The tables from which pages of the reference are made.
      serverFile('config/settings'),
      serverFile('telemetry/metric-rows'),
      serverFile('telemetry/log-events'),
      serverFile('device-gateway/json/json-topics'),
      serverFile('device-gateway/json/json-problem'),
      serverFile('mqtt-endpoint/close-reasons'),
      anyCore,
      npm('fast-check', '@swc/core', 'playwright-core'),
    ],
  },
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere is also one that no row can judge.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  allowed: rows.flatMap(({ from, to }) => to.map((target) => ({ from, to: target }))),
  allowedSeverity: 'error',
  options: {
    // Without it and with TypeScript 7 the tool reads no .ts file and calls that a success.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(?:^|/)dist/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@pileus/source', 'import', 'node', 'default'],
    },
  },
}

/**
 * The visitor with which dependency-cruiser walks a parsed file throws at `using` and
 * `await using`, although the parser reads them.
 */
function teachUsingDeclarations({ prototype }) {
  const { visitStatement } = prototype
  prototype.visitStatement = function (statement) {
    if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement)
    statement.decls = this.visitVariableDeclarators(statement.decls)
    return statement
  }
}
