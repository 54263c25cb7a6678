package org.p2pvpn.tun.segment;

import java.util.Objects;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;

/**
 * Joins packets into super-packets for a TUN device, by the rules of Linux's GRO
 * (net/ipv4/tcp_offload.c, udp_offload.c, include/net/gro.h).
 *
 * <p>Packets come from a peer, so nothing in them is trusted: lengths are checked, offsets come
 * from our own reading of the headers, and a complete checksum is verified before the packet is
 * joined to others, since the super-packet hides it from the kernel. Order within a flow is kept. A
 * super-packet waits at most until {@link #flush}, which belongs at the end of each batch.
 *
 * <p>One thread; no allocation; nothing throws for what a packet holds. Whatever the sink throws
 * leaves this object with the packet in question lost and the rest intact.
 */
public final class Joiner {
  /** Ours, GRO has 8 a bucket too. At the limit the flow opened longest ago is written out. */
  static final int FLOWS_MAX = 8;

  /** An IPv6 packet with a payload of 65,535 bytes, and the virtio header. */
  static final int BUFFER_BYTES = 65_600;

  private final TunOffloads offloads;
  private final PacketSink sink;
  private final PacketHeaders headers = new PacketHeaders();
  private final FlowKey key = new FlowKey();
  private final TunBuffer single = TunBuffer.allocate(BUFFER_BYTES);

  /** The open flows, oldest first, and behind them the unused ones. */
  private final JoinFlow[] flows = new JoinFlow[FLOWS_MAX];

  private int open;

  public Joiner(TunOffloads offloads, PacketSink sink) {
    this.offloads = offloads;
    this.sink = sink;
    for (int i = 0; i < FLOWS_MAX; i++) {
      flows[i] = new JoinFlow();
    }
  }

  /**
   * Takes one packet; the array is the caller's again when this returns.
   *
   * @param checksumPartial the sender says that the transport checksum is partial
   */
  public JoinVerdict accept(byte[] packet, int at, int length, boolean checksumPartial) {
    Objects.checkFromIndexSize(at, length, packet.length);
    return switch (headers.parse(packet, at, length, length)) {
      case TOO_SHORT -> JoinVerdict.TOO_SHORT;
      case BAD_VERSION -> JoinVerdict.BAD_VERSION;
      case LENGTH_MISMATCH -> JoinVerdict.LENGTH_MISMATCH;
      case FRAGMENT, OTHER ->
          checksumPartial ? JoinVerdict.PARTIAL_NOT_TCP_OR_UDP : writePlain(packet, at, length);
      case TCP -> acceptTransport(packet, at, length, checksumPartial, true, offloads.tso());
      case UDP -> acceptTransport(packet, at, length, checksumPartial, false, offloads.uso());
    };
  }

  private JoinVerdict acceptTransport(
      byte[] packet, int at, int length, boolean partial, boolean tcp, boolean joining) {
    if (!joining) {
      return writeSingle(packet, at, length, partial);
    }
    key.read(packet, at, headers, tcp);
    int i = find();
    boolean joinable =
        JoinRules.isJoinable(packet, at, length, headers, tcp)
            && JoinRules.checksumsHold(packet, at, length, headers, partial);
    if (i < open) {
      JoinFlow flow = flows[i];
      if (joinable && flow.mayAppend(packet, at, length, headers)) {
        if (flow.append(packet, at, length)) {
          close(i);
        }
        return JoinVerdict.HELD;
      }
      close(i);
    }
    if (!joinable || (tcp && JoinRules.endsSuperPacket(packet, at, headers))) {
      return writeSingle(packet, at, length, partial);
    }
    openFlow(packet, at, length, partial, tcp);
    return JoinVerdict.HELD;
  }

  private int find() {
    int i = 0;
    while (i < open && !flows[i].key.isSameFlow(key)) {
      i++;
    }
    return i;
  }

  private void openFlow(byte[] packet, int at, int length, boolean partial, boolean tcp) {
    if (open == FLOWS_MAX) {
      close(0);
    }
    JoinFlow flow = flows[open++];
    flow.key.copy(key);
    flow.open(packet, at, length, headers, partial, tcp);
  }

  /** Writes a flow out and frees its place; the others keep their order. */
  private void close(int i) {
    JoinFlow flow = flows[i];
    open--;
    System.arraycopy(flows, i + 1, flows, i, open - i);
    flows[open] = flow;
    sink.write(flow.buffer, 0, flow.finish());
  }

  /** Writes all flows out, the one opened first going first. */
  public void flush() {
    int count = open;
    for (int i = 0; i < count; i++) {
      close(0);
    }
  }

  private JoinVerdict writePlain(byte[] packet, int at, int length) {
    VirtioHeader.putPlain(single.bytes(), 0);
    single.bytes().put(VirtioHeader.BYTES, packet, at, length);
    sink.write(single, 0, VirtioHeader.BYTES + length);
    return JoinVerdict.WRITTEN;
  }

  private JoinVerdict writeSingle(byte[] packet, int at, int length, boolean partial) {
    if (!partial) {
      return writePlain(packet, at, length);
    }
    int start = headers.networkBytes;
    int field = start + headers.checksumOffset();
    int sum = JoinRules.partialSum(packet, at, length, headers);
    single.bytes().put(VirtioHeader.BYTES, packet, at, length);
    if (offloads.checksum()) {
      VirtioHeader.putPartial(single.bytes(), 0, start, headers.checksumOffset());
      single.bytes().putShort(VirtioHeader.BYTES + field, (short) sum);
    } else {
      VirtioHeader.putPlain(single.bytes(), 0);
      single.bytes().putShort(VirtioHeader.BYTES + field, (short) sum);
      int from = VirtioHeader.BYTES + start;
      int checksum = Checksum.complement(Checksum.sum(single.bytes(), from, length - start));
      single
          .bytes()
          .putShort(VirtioHeader.BYTES + field, (short) (checksum == 0 ? 0xffff : checksum));
    }
    sink.write(single, 0, VirtioHeader.BYTES + length);
    return JoinVerdict.WRITTEN;
  }
}
