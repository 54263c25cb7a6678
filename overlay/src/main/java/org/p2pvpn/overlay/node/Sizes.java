package org.p2pvpn.overlay.node;

import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.OverlayAddress;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;

/**
 * The numbers that follow from the underlay and the machine.
 *
 * @param mtuBytes of the TUN: what fits in one underlay packet, IPv6 being the longer header
 * @param shards a power of two
 */
record Sizes(int mtuBytes, int shards) {
  private static final int UDP_AND_IPV6_BYTES = 8 + 40;

  /** RFC 8200, section 5: no IPv6 link may have less. */
  private static final int MTU_BYTES_MIN = 1280;

  /** Behind the frame byte of a layer that is not the innermost. */
  private static final int CIRCUIT_ID_BYTES = Frame.FORWARD_BYTES - DataMessage.FRAME_BYTES;

  /**
   * AES. The longest message is a whole number of blocks: the JDK's GCM takes 35 of 420 ns for the
   * last one when it is not.
   */
  private static final int CIPHER_BLOCK_BYTES = 16;

  static final int SHARDS_MAX = 4;

  /** Ours: two flows share a queue once in eight times; more queues are more to look at. */
  private static final int QUEUES_A_SHARD = 8;

  static Sizes of(NodeConfig config) {
    int hops = config.exitHops();
    for (NodeConfig.Route route : config.routes()) {
      hops = Math.max(hops, route.hops());
    }
    int layers = (hops - 1) * (DataMessage.OVERHEAD_BYTES + CIRCUIT_ID_BYTES);
    int room = config.underlayMtuBytes() - UDP_AND_IPV6_BYTES - DataMessage.OVERHEAD_BYTES - layers;
    int frame = DataMessage.FRAME_BYTES;
    int mtu = (room + frame) / CIPHER_BLOCK_BYTES * CIPHER_BLOCK_BYTES - frame;
    int wanted = config.shards() == 0 ? defaultShards() : config.shards();
    return new Sizes(
        Math.max(MTU_BYTES_MIN, mtu), Integer.highestOneBit(Math.clamp(wanted, 1, SHARDS_MAX)));
  }

  /**
   * Ours: one for every two cores. On two cores a second loop only takes turns with the first, and
   * makes smaller batches.
   */
  private static int defaultShards() {
    return Runtime.getRuntime().availableProcessors() / 2;
  }

  /** Of the TUN, all shards together. */
  int queues() {
    return shards * QUEUES_A_SHARD;
  }

  HostPlan.Tunnel tunnel(NodeConfig config, NodeId id) {
    return new HostPlan.Tunnel(
        config.interfaceName(),
        mtuBytes,
        QUEUE_PACKETS,
        OverlayAddress.ipv4(id).getHostAddress(),
        OverlayAddress.ipv6(id).getHostAddress());
  }

  /** The kernel's default for TUN devices; a shorter queue loses bursts of small datagrams. */
  private static final int QUEUE_PACKETS = 1000;

  String addresses(NodeId id) {
    return OverlayAddress.ipv6(id).getHostAddress()
        + " "
        + OverlayAddress.ipv4(id).getHostAddress();
  }
}
