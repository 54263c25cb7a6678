package org.p2pvpn.overlay.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * What two nodes tell each other inside a session, behind the frame byte 0: one type byte, then the
 * fields in order, big endian. A message with more bytes than its fields is read without them, so
 * that later versions may add some; an unknown type or too few bytes make {@link #read} answer
 * null.
 */
public sealed interface ControlMessage {
  /** No text of a peer's gets longer in our tables and on our screen. */
  int TEXT_BYTES_MAX = 200;

  /** With its type byte: a full part of an answer of Kademlia's is the longest. */
  int BYTES_MAX = 9 + KadMessage.PART_BYTES_MAX;

  /** 1: answer with the same id. */
  record Ping(long id) implements ControlMessage {}

  /** 2. */
  record Pong(long id) implements ControlMessage {}

  /**
   * 3: lend me inner addresses and let my traffic out.
   *
   * @param salt another one asks for another lease: the client has one of the same address from
   *     another exit. Random, so that it tells nothing of that one; 0, and not sent, at first
   */
  record LeaseRequest(int salt) implements ControlMessage {}

  /**
   * 4: the addresses lent, until the session ends. Zero for a family that the exit does not carry.
   *
   * @param dnsIpv4 where to ask for names, through the tunnel; 0 when the exit offers no resolver
   */
  record LeaseGrant(int ipv4, long ipv6High, long ipv6Low, int dnsIpv4) implements ControlMessage {}

  /** 5: no lease, and why, for the operator to read. */
  record LeaseRefusal(String reason) implements ControlMessage {}

  /** 6: what I call myself. */
  record Hello(String name) implements ControlMessage {}

  /** 7: I am about to stop; do not wait for me. */
  record Leave() implements ControlMessage {}

  /**
   * 8: from now on send what I give you with this circuit id to that node, and what comes from it
   * with this receiver index to me. The asker chooses the index: it names one of its epochs, so a
   * new epoch is a new circuit id.
   */
  record Extend(int index, NodeId next) implements ControlMessage {}

  /** 9: the circuit stands. */
  record Extended(int index) implements ControlMessage {}

  /** 10: it does not, and why. */
  record ExtendRefused(int index, ExtendRefusal reason) implements ControlMessage {}

  /** 11: the circuit is not needed any more. */
  record Retract(int index) implements ControlMessage {}

  /** 16 and 17: what nodes say of themselves. */
  record Discovery(DiscoveryMessage message) implements ControlMessage {}

  /** 18 to 27: who is out there. */
  record Kad(KadMessage message) implements ControlMessage {}

  /** 28 to 33: getting through NATs. */
  record Reach(ReachMessage message) implements ControlMessage {}

  /** The plaintext of a data message, frame byte first. */
  default byte[] write() {
    ByteBuffer out = ByteBuffer.allocate(1 + BYTES_MAX).put(Frame.CONTROL);
    switch (this) {
      case Ping(long id) -> out.put((byte) 1).putLong(id);
      case Pong(long id) -> out.put((byte) 2).putLong(id);
      case LeaseRequest(int salt) when salt == 0 -> out.put((byte) 3);
      case LeaseRequest(int salt) -> out.put((byte) 3).putInt(salt);
      case LeaseGrant(int ipv4, long high, long low, int dns) ->
          out.put((byte) 4).putInt(ipv4).putLong(high).putLong(low).putInt(dns);
      case LeaseRefusal(String reason) -> putText(out.put((byte) 5), reason);
      case Hello(String name) -> putText(out.put((byte) 6), name);
      case Leave() -> out.put((byte) 7);
      case Extend(int index, NodeId next) -> out.put((byte) 8).putInt(index).put(next.toBytes());
      case Extended(int index) -> out.put((byte) 9).putInt(index);
      case ExtendRefused(int index, ExtendRefusal reason) ->
          out.put((byte) 10).putInt(index).put(reason.wireByte());
      case Retract(int index) -> out.put((byte) 11).putInt(index);
      case Discovery(DiscoveryMessage message) -> message.putTo(out);
      case Reach(ReachMessage message) -> message.putTo(out);
      case Kad(KadMessage message) -> message.putTo(out);
    }
    byte[] message = new byte[out.position()];
    out.flip().get(message);
    return message;
  }

  /** Reads a message without its frame byte; null for what is none. */
  static @Nullable ControlMessage read(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    if (!in.hasRemaining()) {
      return null;
    }
    int type = in.get();
    return switch (type) {
      case 1 -> in.remaining() >= 8 ? new Ping(in.getLong()) : null;
      case 2 -> in.remaining() >= 8 ? new Pong(in.getLong()) : null;
      case 3 -> new LeaseRequest(in.remaining() >= 4 ? in.getInt() : 0);
      case 4 ->
          in.remaining() >= 24
              ? new LeaseGrant(in.getInt(), in.getLong(), in.getLong(), in.getInt())
              : null;
      case 5 -> new LeaseRefusal(text(in));
      case 6 -> new Hello(text(in));
      case 7 -> new Leave();
      case 8 -> in.remaining() >= 36 ? new Extend(in.getInt(), nodeId(in)) : null;
      case 9 -> in.remaining() >= 4 ? new Extended(in.getInt()) : null;
      case 10 ->
          in.remaining() >= 5
              ? new ExtendRefused(in.getInt(), ExtendRefusal.ofWireByte(in.get()))
              : null;
      case 11 -> in.remaining() >= 4 ? new Retract(in.getInt()) : null;
      case 28, 29, 30, 31, 32, 33 -> reach(ReachMessage.read(type, in));
      case 18, 19, 20, 21, 22, 23, 24 -> kad(KadMessage.read(type, in));
      default -> discovery(DiscoveryMessage.read(type, in));
    };
  }

  private static @Nullable ControlMessage reach(@Nullable ReachMessage message) {
    return message == null ? null : new Reach(message);
  }

  private static @Nullable ControlMessage discovery(@Nullable DiscoveryMessage message) {
    return message == null ? null : new Discovery(message);
  }

  private static @Nullable ControlMessage kad(@Nullable KadMessage message) {
    return message == null ? null : new Kad(message);
  }

  private static NodeId nodeId(ByteBuffer in) {
    byte[] id = new byte[NodeId.BYTES];
    in.get(id);
    return NodeId.ofBytes(id);
  }

  private static void putText(ByteBuffer out, String text) {
    ByteBuffer room = out.slice(out.position(), TEXT_BYTES_MAX);
    // An encoder stops before the character that does not fit.
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(text), room, true);
    out.position(out.position() + room.position());
  }

  /** A peer's text with nothing in it that could move a terminal's cursor. */
  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[Math.min(in.remaining(), TEXT_BYTES_MAX)];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8).replaceAll("\\p{C}", "?");
  }
}
