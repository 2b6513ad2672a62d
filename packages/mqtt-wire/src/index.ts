export {
  acknowledgementBytes,
  type ConnectToEncode,
  encodeConnack,
  encodeConnect,
  encodeDisconnect,
  encodePacket,
  encodePingreq,
  encodePingresp,
  encodePuback,
  encodePubcomp,
  encodePublish,
  encodePubrec,
  encodePubrel,
  encodeSuback,
  encodeSubscribe,
  encodeUnsuback,
  encodeUnsubscribe,
  type PublishToEncode,
  writePubackAt,
  writePubcompAt,
  writePubrecAt,
  writePubrelAt,
} from './encode-packet.ts'
export { type AcknowledgementStep, OutboundWindow } from './outbound-window.ts'
export { PacketDecoder } from './packet-decoder.ts'
export {
  type MalformedPacket,
  type PacketProblem,
  type PacketProblemCode,
  packetProblems,
  type UnsupportedProtocol,
} from './packet-problems.ts'
export type { PacketKind } from './packet-types.ts'
export {
  type Acknowledgement,
  type Connack,
  type ConnackCode,
  type Connect,
  type EmptyPacket,
  type Packet,
  type ProtocolLevel,
  Publish,
  type PublishFields,
  type Qos,
  type Suback,
  type SubackCode,
  type Subscribe,
  type Subscription,
  type Unsuback,
  type Unsubscribe,
  type Will,
} from './packets.ts'
export { type PubrelStep, type Qos2PublishStep, Qos2Receiver } from './qos2-receiver.ts'
export { coversTopic, isTopicFilter, isTopicName } from './topic.ts'
