package org.p2pvpn.tun;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Memory that both the kernel and Java can reach: a direct, big endian {@link ByteBuffer} and its
 * address.
 *
 * <p>Position and limit of {@link #bytes()} are never used or moved here; all access is absolute.
 * One thread at a time. The memory lives as long as this object is reachable.
 */
public final class TunBuffer {
  private final ByteBuffer bytes;
  private final long address;

  private TunBuffer(ByteBuffer bytes) {
    this.bytes = bytes;
    this.address = MemorySegment.ofBuffer(bytes).address();
  }

  public static TunBuffer allocate(int capacityBytes) {
    return new TunBuffer(ByteBuffer.allocateDirect(capacityBytes));
  }

  public ByteBuffer bytes() {
    return bytes;
  }

  public long address() {
    return address;
  }

  public int capacity() {
    return bytes.capacity();
  }
}
