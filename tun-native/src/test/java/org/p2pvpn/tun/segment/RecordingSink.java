package org.p2pvpn.tun.segment;

import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.VirtioHeader;

/** Keeps a copy of everything written. */
public final class RecordingSink implements PacketSink {
  public final List<byte[]> written = new ArrayList<>();

  @Override
  public void write(TunBuffer buffer, int at, int length) {
    byte[] copy = new byte[length];
    buffer.bytes().get(at, copy);
    written.add(copy);
  }

  /** The packet behind the virtio header. */
  byte[] packet(int i) {
    byte[] all = written.get(i);
    return java.util.Arrays.copyOfRange(all, VirtioHeader.BYTES, all.length);
  }

  int gsoType(int i) {
    return VirtioHeader.gsoType(PacketBuilder.inBuffer(written.get(i)).bytes(), 0);
  }

  int gsoSize(int i) {
    return VirtioHeader.gsoSize(PacketBuilder.inBuffer(written.get(i)).bytes(), 0);
  }

  int flags(int i) {
    return VirtioHeader.flags(PacketBuilder.inBuffer(written.get(i)).bytes(), 0);
  }
}
