// Made by `npm run generate` from packages/smartrest. Change that, not this file.

/** An instant: a date, or ms since 1970. */
export type Instant = Date | number

/**
 * The static templates as methods. Each sends one row and is done when the server has
 * acknowledged it; what the server thinks of the row comes to `onProblem`. A value that the
 * template does not accept is refused before anything is sent.
 *
 * @see static-templates
 */
export interface Send {
  /**
   * Create the object of the topic, unless it exists.
   *
   * - `name`: becomes `name`
   * - `type`: becomes `type`
   *
   * `100,Meter hall 2,acme_Meter`
   *
   * @see static-templates §3.1, 100
   */
  createDevice(values?: { readonly name?: string; readonly type?: string }): Promise<void>

  /**
   * Create a child device of the object of the topic, or link one without parent.
   *
   * - `name`: becomes `name`, if absent `MQTT Device {childId}`
   * - `type`: becomes `type`, if absent `c8y_MQTTChildDevice`
   * - `isDevice`: if absent `true`
   *
   * `101,meter-8_l1,Line 1,acme_Line`
   *
   * @see static-templates §3.1, 101
   */
  createChildDevice(values: {
    readonly childId: string
    readonly name?: string
    readonly type?: string
    readonly isDevice?: boolean
  }): Promise<void>

  /**
   * Create or update a service of the object of the topic.
   *
   * - `serviceType`: becomes `serviceType`
   * - `name`: becomes `name`
   * - `status`: becomes `status`
   *
   * `102,meter-8_svc_web,systemd,Web UI,up`
   *
   * @see static-templates §3.1, 102
   */
  createService(values: {
    readonly serviceId: string
    readonly serviceType: string
    readonly name: string
    readonly status: string
  }): Promise<void>

  /**
   * Set the status of the service that the topic names: up, down, unknown or other.
   *
   * - `status`: becomes `status`
   *
   * `104,down`
   *
   * @see static-templates §3.1, 104
   */
  setServiceStatus(values: { readonly status: string }): Promise<void>

  /**
   * Ask for the external ids of the child devices.
   *
   * `105`
   *
   * @see static-templates §3.1, 105
   */
  getChildDevices(): Promise<readonly string[]>

  /**
   * Remove fragments of the object.
   *
   * `107,c8y_Position,acme_Tariff`
   *
   * @see static-templates §3.1, 107
   */
  removeFragments(values: { readonly fragments: readonly string[] }): Promise<void>

  /**
   * Tell serial number, model and revision.
   *
   * - `serialNumber`: becomes `c8y_Hardware.serialNumber`
   * - `model`: becomes `c8y_Hardware.model`
   * - `revision`: becomes `c8y_Hardware.revision`
   *
   * `110,AM-5512,AM-2,rev B`
   *
   * @see static-templates §3.2, 110
   */
  setHardware(values?: {
    readonly serialNumber?: string
    readonly model?: string
    readonly revision?: string
  }): Promise<void>

  /**
   * Tell modem, card and cell. All values are texts; leading zeros count.
   *
   * - `imei`: becomes `c8y_Mobile.imei`
   * - `iccid`: becomes `c8y_Mobile.iccid`
   * - `imsi`: becomes `c8y_Mobile.imsi`
   * - `mcc`: becomes `c8y_Mobile.mcc`
   * - `mnc`: becomes `c8y_Mobile.mnc`
   * - `lac`: becomes `c8y_Mobile.lac`
   * - `cellId`: becomes `c8y_Mobile.cellId`
   *
   * `111,356938035643809,,262021234567890,262,02`
   *
   * @see static-templates §3.2, 111
   */
  setMobile(values?: {
    readonly imei?: string
    readonly iccid?: string
    readonly imsi?: string
    readonly mcc?: string
    readonly mnc?: string
    readonly lac?: string
    readonly cellId?: string
  }): Promise<void>

  /**
   * Tell where the object is: degrees, and altitude and accuracy in metres.
   *
   * - `lat`: becomes `c8y_Position.lat`, from -90 to 90
   * - `lng`: becomes `c8y_Position.lng`, from -180 to 180
   * - `alt`: becomes `c8y_Position.alt`
   * - `accuracy`: becomes `c8y_Position.accuracy`
   *
   * `112,48.137154,11.576124,519,8`
   *
   * @see static-templates §3.2, 112
   */
  setPosition(values?: {
    readonly lat?: number
    readonly lng?: number
    readonly alt?: number
    readonly accuracy?: number
  }): Promise<void>

  /**
   * Tell the present configuration as text.
   *
   * - `text`: becomes `c8y_Configuration.config`, if absent empty
   *
   * `113,"rate=5
   * mode=auto"`
   *
   * @see static-templates §3.2, 113
   */
  setConfiguration(values?: { readonly text?: string }): Promise<void>

  /**
   * Tell which operations the device understands.
   *
   * `114,c8y_Restart,c8y_Command`
   *
   * @see static-templates §3.2, 114
   */
  setSupportedOperations(values: { readonly operations: readonly string[] }): Promise<void>

  /**
   * Tell the installed firmware.
   *
   * - `name`: becomes `c8y_Firmware.name`
   * - `version`: becomes `c8y_Firmware.version`
   * - `url`: becomes `c8y_Firmware.url`
   *
   * `115,meter-os,8.2.0`
   *
   * @see static-templates §3.2, 115
   */
  setFirmware(values?: {
    readonly name?: string
    readonly version?: string
    readonly url?: string
  }): Promise<void>

  /**
   * Tell the installed software.
   *
   * - `name`: becomes `name`, if absent empty
   * - `version`: becomes `version`, if absent empty
   * - `url`: becomes `url`, if absent empty
   *
   * `116,plc,4.1,https://repo.example/plc,log,2.0`
   *
   * @see static-templates §3.2, 116
   */
  setSoftwareList(values?: {
    readonly groups?: readonly {
      readonly name?: string
      readonly version?: string
      readonly url?: string
    }[]
  }): Promise<void>

  /**
   * Say how long the device may be silent; 0 and less is maintenance.
   *
   * - `minutes`: becomes `c8y_RequiredAvailability.responseInterval`, from -32768 to 32767
   *
   * `117,20`
   *
   * @see static-templates §3.2, 117
   */
  setRequiredAvailability(values?: { readonly minutes?: number }): Promise<void>

  /**
   * Tell which log files can be asked for.
   *
   * `118,"load profile", events`
   *
   * @see static-templates §3.2, 118
   */
  setSupportedLogs(values: { readonly logs: readonly string[] }): Promise<void>

  /**
   * Tell which configuration files can be sent and asked for.
   *
   * `119,tariff,network`
   *
   * @see static-templates §3.2, 119
   */
  setSupportedConfigurations(values: { readonly configurations: readonly string[] }): Promise<void>

  /**
   * Tell which file is the configuration of a type.
   *
   * - `type`: becomes `c8y_Configuration_{type}.type`
   * - `url`: becomes `c8y_Configuration_{type}.url`
   * - `name`: becomes `c8y_Configuration_{type}.name`, if absent `{type}`
   * - `time`: becomes `c8y_Configuration_{type}.time`, if absent `now`
   *
   * `120,net.conf,https://repo.example/r/9,net-9.json,2032-02-01T10:00:00+02:00`
   *
   * @see static-templates §3.2, 120
   */
  setInstalledConfiguration(values: {
    readonly type: string
    readonly url: string
    readonly name?: string
    readonly time?: Instant
  }): Promise<void>

  /**
   * Tell that a device profile has been applied, or is being applied.
   *
   * - `executed`: becomes `c8y_Profile.profileExecuted`
   * - `profileId`: becomes `c8y_Profile.profileId`
   *
   * `121,true,4410`
   *
   * @see static-templates §3.2, 121
   */
  setDeviceProfile(values: {
    readonly executed: boolean
    readonly profileId?: string
  }): Promise<void>

  /**
   * Tell which agent software speaks for the device.
   *
   * - `name`: becomes `c8y_Agent.name`
   * - `version`: becomes `c8y_Agent.version`
   * - `url`: becomes `c8y_Agent.url`
   * - `maintainer`: becomes `c8y_Agent.maintainer`
   *
   * `122,meterd,5.0.1,,ACME Metering`
   *
   * @see static-templates §3.2, 122
   */
  setAgent(values: {
    readonly name: string
    readonly version: string
    readonly url?: string
    readonly maintainer: string
  }): Promise<void>

  /**
   * Ask for the internal id of the object.
   *
   * `123`
   *
   * @see static-templates §3.1, 123
   */
  getOwnId(): Promise<string>

  /**
   * Say that the device is alive; nothing else changes.
   *
   * `125`
   *
   * @see static-templates §3.1, 125
   */
  sendHeartbeat(): Promise<void>

  /**
   * Tell all installed software, with types.
   *
   * - `version`: if absent empty
   * - `softwareType`: if absent empty
   * - `url`: if absent empty
   *
   * `140,plc,4.2,deb,https://repo.example/plc`
   *
   * @see static-templates §3.3, 140
   */
  setInstalledSoftware(values?: {
    readonly groups?: readonly {
      readonly name: string
      readonly version?: string
      readonly softwareType?: string
      readonly url?: string
    }[]
  }): Promise<void>

  /**
   * Tell software that has been installed, or of which the url has changed.
   *
   * - `version`: if absent empty
   * - `softwareType`: if absent empty
   * - `url`: if absent empty
   *
   * `141,log,1.0,deb,,hmi,3,container`
   *
   * @see static-templates §3.3, 141
   */
  addInstalledSoftware(values: {
    readonly groups: readonly {
      readonly name: string
      readonly version?: string
      readonly softwareType?: string
      readonly url?: string
    }[]
  }): Promise<void>

  /**
   * Tell software that has been removed, whatever its type.
   *
   * - `version`: if absent empty
   *
   * `142,plc,4.1,log`
   *
   * @see static-templates §3.3, 142
   */
  removeInstalledSoftware(values: {
    readonly groups: readonly { readonly name: string; readonly version?: string }[]
  }): Promise<void>

  /**
   * Tell the types of software; a device with types is sent 529 instead of 528.
   *
   * `143,deb,,container`
   *
   * @see static-templates §3.3, 143
   */
  setSupportedSoftwareTypes(values: { readonly softwareTypes: readonly string[] }): Promise<void>

  /**
   * Tell the protocols of remote access.
   *
   * `150,ssh,passthrough`
   *
   * @see static-templates §3.3, 150
   */
  setRemoteAccessProtocols(values: {
    readonly protocols: readonly ('SSH' | 'TELNET' | 'VNC' | 'PASSTHROUGH')[]
  }): Promise<void>

  /**
   * Report one value; the type of the measurement is the fragment.
   *
   * - `fragment`: becomes `type`
   * - `value`: becomes `{fragment}.{series}.value`
   * - `unit`: becomes `{fragment}.{series}.unit`
   * - `time`: becomes `time`, if absent `now`
   *
   * `200,acme_Flow,rate.m,3.75,l/min,2032-02-01T08:15:30.250+02:00`
   *
   * @see static-templates §4, 200
   */
  createMeasurement(values: {
    readonly fragment: string
    readonly series: string
    readonly value: number
    readonly unit?: string
    readonly time?: Instant
  }): Promise<void>

  /**
   * Report several values of one instant.
   *
   * - `type`: becomes `type`
   * - `time`: becomes `time`, if absent `now`
   * - `value`: becomes `value`
   * - `unit`: becomes `unit`
   *
   * `201,acme_Energy,,acme_Energy,A+,1771.4,kWh,acme_Energy,P,3.2,kW`
   *
   * @see static-templates §4, 201
   */
  createMeasurementOfSeries(values: {
    readonly type: string
    readonly time?: Instant
    readonly groups: readonly {
      readonly fragment: string
      readonly series: string
      readonly value: number
      readonly unit?: string
    }[]
  }): Promise<void>

  /**
   * Report signal strength, bit error rate or both.
   *
   * - `rssi`: becomes `c8y_SignalStrength.rssi.value`, in dBm
   * - `ber`: becomes `c8y_SignalStrength.ber.value`, in %
   * - `time`: becomes `time`, if absent `now`
   * - one of rssi, ber is required
   *
   * `210,-71,2`
   *
   * @see static-templates §4, 210
   */
  createSignalStrengthMeasurement(values?: {
    readonly rssi?: number
    readonly ber?: number
    readonly time?: Instant
  }): Promise<void>

  /**
   * Report a temperature in degrees Celsius.
   *
   * - `temperature`: becomes `c8y_TemperatureMeasurement.T.value`, in C
   * - `time`: becomes `time`, if absent `now`
   *
   * `211,25,2032-02-01T08:15:30Z`
   *
   * @see static-templates §4, 211
   */
  createTemperatureMeasurement(values: {
    readonly temperature: number
    readonly time?: Instant
  }): Promise<void>

  /**
   * Report the charge of the battery in percent.
   *
   * - `level`: becomes `c8y_Battery.level.value`, in %
   * - `time`: becomes `time`, if absent `now`
   *
   * `212,64`
   *
   * @see static-templates §4, 212
   */
  createBatteryMeasurement(values: {
    readonly level: number
    readonly time?: Instant
  }): Promise<void>

  /**
   * Raise an alarm of severity CRITICAL, or raise the count of the present one.
   *
   * - `type`: becomes `type`
   * - `text`: becomes `text`, if absent `Alarm of type {type} raised`
   * - `time`: becomes `time`, if absent `now`
   *
   * `301,acme_Leak`
   *
   * @see static-templates §5, 301
   */
  createCriticalAlarm(values: {
    readonly type: string
    readonly text?: string
    readonly time?: Instant
  }): Promise<void>

  /**
   * Raise an alarm of severity MAJOR, or raise the count of the present one.
   *
   * - `type`: becomes `type`
   * - `text`: becomes `text`, if absent `Alarm of type {type} raised`
   * - `time`: becomes `time`, if absent `now`
   *
   * `302,acme_Leak,"Leak, hall 2",2032-02-01T08:15Z`
   *
   * @see static-templates §5, 302
   */
  createMajorAlarm(values: {
    readonly type: string
    readonly text?: string
    readonly time?: Instant
  }): Promise<void>

  /**
   * Raise an alarm of severity MINOR, or raise the count of the present one.
   *
   * - `type`: becomes `type`
   * - `text`: becomes `text`, if absent `Alarm of type {type} raised`
   * - `time`: becomes `time`, if absent `now`
   *
   * `303,acme_PhaseLoss,"L2 missing, check fuse"`
   *
   * @see static-templates §5, 303
   */
  createMinorAlarm(values: {
    readonly type: string
    readonly text?: string
    readonly time?: Instant
  }): Promise<void>

  /**
   * Raise an alarm of severity WARNING, or raise the count of the present one.
   *
   * - `type`: becomes `type`
   * - `text`: becomes `text`, if absent `Alarm of type {type} raised`
   * - `time`: becomes `time`, if absent `now`
   *
   * `304,acme_Door,Door open`
   *
   * @see static-templates §5, 304
   */
  createWarningAlarm(values: {
    readonly type: string
    readonly text?: string
    readonly time?: Instant
  }): Promise<void>

  /**
   * Change the severity of the unresolved alarm of a type.
   *
   * - `severity`: becomes `severity`
   *
   * `305,acme_Leak,minor`
   *
   * @see static-templates §5, 305
   */
  setAlarmSeverity(values: {
    readonly type: string
    readonly severity: 'CRITICAL' | 'MAJOR' | 'MINOR' | 'WARNING'
  }): Promise<void>

  /**
   * Clear the unresolved alarm of a type.
   *
   * `306,acme_Leak`
   *
   * @see static-templates §5, 306
   */
  clearAlarm(values: { readonly type: string }): Promise<void>

  /**
   * Remove fragments of the unresolved alarm of a type.
   *
   * `307,acme_Leak,acme_Trace`
   *
   * @see static-templates §5, 307
   */
  removeAlarmFragments(values: {
    readonly type: string
    readonly fragments: readonly string[]
  }): Promise<void>

  /**
   * Report an event.
   *
   * - `type`: becomes `type`
   * - `text`: becomes `text`
   * - `time`: becomes `time`, if absent `now`
   *
   * `400,acme_Door,"opened, hall 2",2032-02-01T01:02:03+01:00`
   *
   * @see static-templates §6, 400
   */
  createEvent(values: {
    readonly type: string
    readonly text: string
    readonly time?: Instant
  }): Promise<void>

  /**
   * Report where the object was.
   *
   * - `lat`: becomes `c8y_Position.lat`, from -90 to 90
   * - `lng`: becomes `c8y_Position.lng`, from -180 to 180
   * - `alt`: becomes `c8y_Position.alt`
   * - `accuracy`: becomes `c8y_Position.accuracy`
   * - `time`: becomes `time`, if absent `now`
   *
   * `401,48.1,11.5,520,10`
   *
   * @see static-templates §6, 401
   */
  createLocationEvent(values?: {
    readonly lat?: number
    readonly lng?: number
    readonly alt?: number
    readonly accuracy?: number
    readonly time?: Instant
  }): Promise<void>

  /**
   * Report where the object was, and tell that it is there.
   *
   * - `lat`: becomes `c8y_Position.lat`, from -90 to 90
   * - `lng`: becomes `c8y_Position.lng`, from -180 to 180
   * - `alt`: becomes `c8y_Position.alt`
   * - `accuracy`: becomes `c8y_Position.accuracy`
   * - `time`: becomes `time`, if absent `now`
   *
   * `402,48.1,11.5`
   *
   * @see static-templates §6, 402
   */
  createLocationEventAndSetPosition(values?: {
    readonly lat?: number
    readonly lng?: number
    readonly alt?: number
    readonly accuracy?: number
    readonly time?: Instant
  }): Promise<void>

  /**
   * Remove fragments of the latest event of a type.
   *
   * `407,acme_Door,acme_Trace`
   *
   * @see static-templates §6, 407
   */
  removeEventFragments(values: {
    readonly type: string
    readonly fragments?: readonly string[]
  }): Promise<void>

  /**
   * Report parameters as an event and set them in the object.
   *
   * - `text`: becomes `text`
   * - `time`: becomes `time`, if absent `now`
   * - `detectsChange`: if absent `false`
   * - `value`: becomes `{path}`
   *
   * `408,Fan changed,2032-02-01T05:00:00Z,false,acme_Fan.left,b,false,acme_Fan.speed,n,5`
   *
   * @see static-templates §6, 408
   */
  updateParameters(values: {
    readonly text?: string
    readonly time?: Instant
    readonly detectsChange?: boolean
    readonly groups: readonly {
      readonly path: string
      readonly type: 'BOOLEAN' | 'B' | 'NUMBER' | 'N' | 'INTEGER' | 'STRING' | 'S' | 'DATE'
      readonly value?: string | number | boolean | Date | null
    }[]
  }): Promise<void>

  /**
   * Ask for all pending operations again.
   *
   * `500`
   *
   * @see static-templates §7, 500
   */
  getPendingOperations(): Promise<void>

  /**
   * Say that the oldest pending operation with a fragment is being executed.
   *
   * `501,c8y_Command`
   *
   * @see static-templates §7, 501
   */
  startOperation(values: { readonly fragment: string }): Promise<void>

  /**
   * Say that the oldest executing operation with a fragment has failed.
   *
   * - `reason`: becomes `failureReason`
   *
   * `502,c8y_Restart,"relay stuck, retry"`
   *
   * @see static-templates §7, 502
   */
  failOperation(values: { readonly fragment: string; readonly reason?: string }): Promise<void>

  /**
   * Say that the oldest executing operation with a fragment has succeeded.
   *
   * `503,c8y_RelayArray,OPEN,CLOSED,OPEN`
   *
   * @see static-templates §7, 503
   */
  succeedOperation(values: {
    readonly fragment: string
    readonly result?: readonly (string | number | boolean)[]
  }): Promise<void>

  /**
   * Say that an operation is being executed.
   *
   * `504,70112`
   *
   * @see static-templates §7, 504
   */
  startOperationById(values: { readonly operationId: string }): Promise<void>

  /**
   * Say that an operation has failed.
   *
   * - `reason`: becomes `failureReason`
   *
   * `505,70112,no such file`
   *
   * @see static-templates §7, 505
   */
  failOperationById(values: {
    readonly operationId: string
    readonly reason?: string
  }): Promise<void>

  /**
   * Say that an operation has succeeded.
   *
   * `506,70112,"up 3 days, load 0.2"`
   *
   * @see static-templates §7, 506
   */
  succeedOperationById(values: {
    readonly operationId: string
    readonly result?: readonly (string | number | boolean)[]
  }): Promise<void>

  /**
   * Say that all executing operations, or those with a fragment, have failed.
   *
   * - `reason`: becomes `failureReason`
   *
   * `507,,power loss`
   *
   * @see static-templates §7, 507
   */
  failExecutingOperations(values?: {
    readonly fragment?: string
    readonly reason?: string
  }): Promise<void>

  /**
   * Ask for the version of the platform.
   *
   * `600`
   *
   * @see static-templates §9, 600
   */
  getPlatformVersion(): Promise<string>

  /**
   * Ask for the ids of all static templates.
   *
   * `602`
   *
   * @see static-templates §9, 602
   */
  getTemplateIds(): Promise<readonly string[]>
}
