package org.p2pvpn.tun.segment;

import org.p2pvpn.tun.TunBuffer;

/** Where finished packets go, each behind its virtio header. */
@FunctionalInterface
public interface PacketSink {
  /** The buffer is the caller's again when this returns. */
  void write(TunBuffer buffer, int at, int length);
}
